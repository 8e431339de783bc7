"""Memory of the processors over many articles: is it flat?

Takes short articles cut from the corpora's stories; prints the process's resident memory after every so many. Run:
`python -m benchmarks.memory --articles 20000`. Memory is flat if it does not grow between the last two lines by more
than what one batch needs.
"""

import argparse
import gc
import gzip
import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path

from processors import pipeline
from streams.agents.watchdog import memory_used

BATCH = 16


def texts(folder: Path, words: int) -> Iterator[str]:
    """The first words of every story, each under a headline of its own; once more with other first words if need be."""
    for again in itertools.count():
        for name, title, body in (("reuters21578", "title", "body"), ("wire_dev", "title", "text")):
            with gzip.open(folder / "articles" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
                for line in lines:
                    story = json.loads(line)
                    rest = (story[body] or "").split()[again * words :][:words]
                    if rest:
                        yield f"{story[title]}\n\n{' '.join(rest)}"


def main() -> None:
    """Annotate, and print how much memory is held."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--every", type=int, default=2_500, help="articles between two lines")
    parser.add_argument("--words", type=int, default=40, help="of each article's body")
    given = parser.parse_args()
    folder = Path(os.environ.get("NEWSWIRE_CORPORA", "../shared/corpora"))
    annotators = pipeline.load()
    some = itertools.islice(texts(folder, given.words), given.articles)
    done = entities = 0
    while batch := list(itertools.islice(some, BATCH)):
        entities += sum(len(each.entities or ()) for each in annotators.annotate(batch))
        before, done = done, done + len(batch)
        if done // given.every > before // given.every:
            gc.collect()
            print(f"{done:7,} articles  {entities:9,} entities  {memory_used():7.0f} MiB", flush=True)


if __name__ == "__main__":
    main()
