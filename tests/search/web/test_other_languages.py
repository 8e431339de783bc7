"""A story in which no names and positions are looked for says so; where an annotator failed, the page says that."""

from pathlib import Path

from processors.annotations import Annotations
from search.open import open_store
from search.web import create_app
from tests.search.web.conftest import asking
from tests.search.web.samples import story

NOT_LOOKED_FOR = Annotations(None, None, None)
FAILED = Annotations(None, None, None, failures={"entities": "out of memory", "stance": "out of memory"})


async def test_a_story_in_another_language_is_no_failure(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'index.db'}")
    await store.set_up()
    await store.write(
        [
            story("german", "Neue Zölle", "Berlin lehnt sie ab.", NOT_LOOKED_FOR, language="de"),
            story("failed", "New tariffs", "Berlin rejects them.", FAILED),
        ]
    )
    app = create_app(store)
    async with asking(app) as client:
        german, failed = [(await client.get(f"/story/{id_}")).text for id_ in ("german", "failed")]
    await app.state.site.library.close()
    assert "Positions are not looked for in this language" in german
    assert "Names are not looked for in this language" in german
    assert "could not be analyzed" not in german
    assert "Positions could not be analyzed" in failed
    assert "Mentions could not be analyzed" in failed
