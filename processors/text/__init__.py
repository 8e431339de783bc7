"""Text before any annotator sees it: paragraphs and sentences, capitals, language."""
