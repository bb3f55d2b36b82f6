"""A whole round of the notice, played through by script: topics, votes, courseware, experts, decisions, and every document."""

from pathlib import Path

import pytest

pytest.register_assert_rewrite(
    *(f"tests.journeys.round_{part}" for part in ("drops", "played", "topics", "triage", "panel", "ending", "papers"))
)

from tests.journeys import round_topics, round_triage  # noqa: E402 - their assertions are to be told as a test's
from tests.journeys.round_plan import WORKS  # noqa: E402
from tests.journeys.round_played import Played  # noqa: E402


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Played:
    return Played(tmp_path / "station", monkeypatch, capsys)


def test_a_whole_round(played: Played) -> None:
    played.watch()  # the station is there before the first form comes
    round_topics.topics_come_in(played)
    round_topics.the_vote(played)
    round_topics.the_choice(played)
    round_triage.courseware_comes_in(played)
    round_triage.links_are_made(played)
    round_topics.what_is_overdue(played, {work.number for work in WORKS if work.number is not None})
    round_triage.three_are_returned(played)
    round_triage.two_come_again(played)
    round_triage.as_it_stood(played)
    round_triage.triage_ends(played)
