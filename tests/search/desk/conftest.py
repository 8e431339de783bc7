"""The databases that the desk is put to: SQLite always, PostgreSQL among the tests that start servers."""

import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from search.desk import Desk, open_database
from search.desk.lists import SearchChanged
from tests.servers.postgresql import Postgresql, postgresql

DeskMaker = Callable[..., Desk]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Postgresql]:
    with postgresql() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
async def new_desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[DeskMaker]:
    """Opens the same desk once more, as another process would."""
    address = f"sqlite:///{tmp_path / 'desk.db'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        name = f"d{uuid.uuid4().hex[:12]}"
        engine = sa.create_engine(
            server.url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        address = server.url.replace("/postgres", f"/{name}")
    desks: list[Desk] = []

    def opened(changed: SearchChanged | None = None) -> Desk:
        desks.append(Desk(open_database(address, seconds=20), changed))
        return desks[-1]

    yield opened
    for one in desks:
        await one.close()
