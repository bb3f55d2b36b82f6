"""A sample station, built once and copied for every test, and an app on it."""

import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

sys.path.insert(0, str(Path(__file__).parent))
import fixture_station
from seat import Open, until

from station.desk import Desk
from station.people import Person
from station.store import open_store
from tui.app import ReviewApp


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The sample station and the ids of its submissions."""
    root = tmp_path_factory.mktemp("sample") / "station"
    return root, fixture_station.build(root)


@pytest.fixture
def ids(built: tuple[Path, dict[str, str]]) -> dict[str, str]:
    """Ids of the submissions by what they show."""
    return built[1]


@pytest.fixture
def root(built: tuple[Path, dict[str, str]], tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(built[0], tmp_path / "station"))


@pytest.fixture
def me() -> Person:
    """One person with every role."""
    return Person("shili", fixture_station.EVERYONE, "示例评审室", "示例业务员")


@pytest.fixture
def desk(root: Path) -> Callable[[Person], Desk]:
    """Another person's desk on the same station: what happens elsewhere."""
    config = fixture_station.config_at(root)
    return lambda person: fixture_station.desk_of(open_store(config.database), config, person)


@pytest.fixture
def opened(root: Path, me: Person) -> Open:
    """An app on the station, its queue on the screen."""

    @asynccontextmanager
    async def open_app(
        size: tuple[int, int] = (80, 24), person: Person = me, keys: dict[str, str] | None = None, **how: Any
    ) -> AsyncIterator[tuple[ReviewApp, Pilot[None]]]:
        store = open_store(fixture_station.config_at(root).database)
        fixture_station.beat(store)
        store.close()
        app = ReviewApp(fixture_station.config_at(root, keys=keys or {}), person, **how)
        async with app.run_test(size=size, notifications=True) as pilot:
            await until(pilot, lambda: app.ready and app.screen.query_one("#queue").rows, "the queue is read")
            yield app, pilot

    return open_app
