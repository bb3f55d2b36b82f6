"""A whole round of the notice, played through by script: topics, votes, courseware, experts, decisions, and every document."""

from pathlib import Path

import pytest

pytest.register_assert_rewrite(
    *(f"tests.journeys.round_{part}" for part in ("played", "topics", "triage", "panel", "closed", "ending"))
)

from tests.journeys import round_closed, round_ending, round_panel, round_topics, round_triage  # noqa: E402 - after the line above
from tests.journeys.round_plan import WORKS  # noqa: E402
from tests.journeys.round_played import Played  # noqa: E402


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Played:
    return Played(tmp_path / "station", monkeypatch, capsys)


def test_a_whole_round(played: Played) -> None:
    """One year, from the first form to the certificate list."""
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
    round_closed.nobody_of_the_unit_opens_it(played)
    round_closed.judged_again_without_it(played)
    round_triage.goes_on(played, round_closed.KEY, "op1")

    round_panel.experts_are_assigned(played)
    round_closed.nobody_of_the_unit_opens_it(played)
    round_closed.real_accounts_are_told_the_same(played)
    round_panel.the_gate_comes_first(played)
    round_panel.two_gates_stop(played)
    round_panel.everybody_scores(played)
    round_panel.decisions_are_taken(played)
    round_panel.opinions_are_right(played)

    round_ending.works_are_published(played)
    round_ending.the_catalogue_is_right(played)
    round_ending.the_bundle_is_right(played)
    round_ending.the_ledger_is_right(played)
    round_ending.the_best_are_ranked(played)
    round_ending.statistics_are_right(played)
    round_ending.as_it_was_decided(played)
    round_ending.the_log_is_whole(played)
    round_ending.blank_papers_are_right(played)
    round_closed.nobody_of_the_unit_opens_it(played)
    round_closed.exports_leave_it_out(played)
