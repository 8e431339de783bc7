"""Makes ``processors/data/word_rarity.txt.gz``: in how many stories of the corpora each word occurs.

Run it as ``python -m training.word_rarity`` with ``NEWSWIRE_CORPORA`` set. It counts words and keeps no text.
"""

import gzip
import json
import os
from collections import Counter, defaultdict
from pathlib import Path

from processors.events.words import WORD

CORPORA = (("wire_dev", "text"), ("reuters21578", "body"))
FEWEST = 5  # stories that a word must be in; rarer ones count as unknown
TABLE = Path(__file__).parents[1] / "processors" / "data" / "word_rarity.txt.gz"


def main() -> None:
    """Count, and write the table."""
    stories, having = 0, Counter[str]()
    for name, body in CORPORA:
        with gzip.open(Path(os.environ["NEWSWIRE_CORPORA"]) / "articles" / f"{name}.jsonl.gz", "rt", "utf-8") as lines:
            for line in lines:
                story = json.loads(line)
                words = WORD.findall(f"{story.get('title') or ''}\n{story.get(body) or ''}".lower())
                having.update({word.replace("’", "'").removesuffix("'s") for word in words})
                stories += 1
    by_number = defaultdict(list)
    for word, number in having.items():
        if number >= FEWEST and word:
            by_number[number].append(word)
    rows = [f"{number} {' '.join(sorted(words))}" for number, words in sorted(by_number.items())]
    TABLE.write_bytes(gzip.compress("\n".join([str(stories), *rows]).encode(), mtime=0))


if __name__ == "__main__":
    main()
