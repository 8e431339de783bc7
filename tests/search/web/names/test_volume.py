"""How much is written of a name, and how much is usual for it."""

from datetime import timedelta
from pathlib import Path

import pytest

from processors.annotations import Annotations
from search.open import open_store
from search.query.checking import parsed
from search.query.request import Query
from search.web import create_app
from search.web.names.volume import Volume, volume_of
from tests.search.web.samples import NOW, call, story


@pytest.mark.parametrize(
    ("volume", "said"),
    [
        (Volume(0, 9, 3.0), "more than usual"),
        (Volume(0, 3, 3.0), "as usual"),
        (Volume(0, 1, 3.0), "less than usual"),
        (Volume(0, 1, 0.0), "hardly any in the four weeks before"),
        (Volume(0, 0, 0.0), ""),
        (Volume(0, 9, None), ""),
    ],
)
def test_the_usual_level(volume: Volume, said: str) -> None:
    assert volume.said == said


@pytest.mark.parametrize(("days", "usual"), [(60, 0.1), (4, 1.0), (1, None)])
async def test_the_usual_level_is_of_the_days_of_which_there_are_stories(
    tmp_path: Path, days: int, usual: float | None
) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await store.set_up()
    about_xi = call().annotations
    xi = [
        story(f"xi{n}", "Talks", call().body, about_xi, version_created=NOW - timedelta(hours=n))
        for n in (1, 30, 31, 32)
    ]
    first = story("first", "Rain", "Rain fell.", Annotations(), version_created=NOW - timedelta(days=days))
    await store.write([*xi, first] if days > 1 else [xi[0], first])
    library = create_app(store).state.site.library
    found = await volume_of(library, parsed(Query(entity="Xi Jinping"), library.limits), NOW)
    await library.close()
    assert (found.day, found.usual) == (1, usual)
