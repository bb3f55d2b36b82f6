"""How soon one person's screen shows what another did: real terminal, real store. `pytest -m slow -s tests/benchmarks` prints it."""

import sys
import time
from pathlib import Path

import pytest
from terminal import Terminal

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tui"))
import fixture_station

from station.desk import Desk
from station.store import open_store

ROUNDS = 12


def row(watcher: Terminal) -> str:
    """The line of the submission that is changed."""
    return next((line for line in watcher.text.split("\n") if "科学精神" in line), "")


@pytest.mark.slow
def test_how_soon_a_change_is_seen(tmp_path: Path) -> None:
    ids = fixture_station.build(tmp_path / "station-data")
    config = tmp_path / "config.toml"
    config.write_text("[review]\nseparate_roles = false\n", encoding="utf-8")
    settings = fixture_station.config_at(tmp_path / "station-data")
    desk: Desk = fixture_station.desk_of(open_store(settings.database), settings, fixture_station.OPERATOR)
    watcher = Terminal(config)
    try:
        watcher.see("科学精神")
        seconds = []
        for turn in range(ROUNDS):
            view = desk.submission(ids["single"])
            finding = view.lessons[0].findings[0]
            if turn % 2:
                desk.end_waiver(view.id, finding.id, seen=view.revision)
            else:
                desk.waive(view.id, finding.id, f"示例 {turn}", seen=view.revision)
            done, verdict = time.monotonic(), "x 不合格" if turn % 2 else "+ 合格"
            watcher.wait(lambda verdict=verdict: verdict in row(watcher), f"the row tells {verdict}")
            seconds.append(time.monotonic() - done)
    finally:
        watcher.close()
    ordered = sorted(seconds)
    sys.stdout.write(f"seen after: median {ordered[len(ordered) // 2]:.2f} s, worst {ordered[-1]:.2f} s, of {ROUNDS}\n")
    assert len(seconds) == ROUNDS
