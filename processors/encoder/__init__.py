"""The shared encoder: text to word pieces, one pass a sentence, and the heads that read it."""
