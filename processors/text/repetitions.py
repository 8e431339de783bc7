"""Sentences told apart by what they say: a text in, a short value out that repetitions of the sentence share. Pure.

Agencies file a story again under another id, and update one by adding to it. What such stories repeat is one
statement and not several, so whoever counts stances counts these values.
"""

import hashlib

BYTES = 8  # of the hash: chance hardly ever makes two of a hundred million the same
LONGEST = 2000  # characters looked at


def sentence_id(text: str) -> str:
    """What tells a sentence from others: a hash of its letters and digits, whatever their case and what is between."""
    said = "".join(filter(str.isalnum, text[:LONGEST].casefold()))
    return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=BYTES).hexdigest()
