"""Lists that must exist twice are tied together here: registry, keys, texts, help, key bar, methods."""

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from station.errors import UsageError
from station.people import Person
from station.text import LANGUAGES, catalogue, say
from station.workflow import ACTIONS as STEPS
from station.workflow import JUDGEMENTS, MACHINE, TRANSITIONS, State
from tui import actions
from tui.actions import ACTIONS, GROUPS, SCOPES, Moment, find_action, in_scope, why_not
from tui.app import ReviewApp
from tui.keys import BANNED, Keymap, shown
from tui.screens.approvals import ApprovalsScreen
from tui.screens.catalogue import CatalogueScreen
from tui.screens.log import LogScreen
from tui.screens.panel import PanelScreen
from tui.screens.queue import STANDING, QueueScreen
from tui.screens.score import ScoreScreen
from tui.screens.search import SearchScreen
from tui.screens.station_log import StationLogScreen
from tui.screens.still import StillScreen
from tui.screens.submission import SubmissionScreen
from tui.screens.system import SystemScreen
from tui.screens.topics import TopicsScreen

SCREENS = {
    screen.scope: screen
    for screen in (
        QueueScreen,
        TopicsScreen,
        SubmissionScreen,
        StillScreen,
        ScoreScreen,
        LogScreen,
        StationLogScreen,
        SystemScreen,
        SearchScreen,
        PanelScreen,
        CatalogueScreen,
        ApprovalsScreen,
    )
}
LABEL_CELLS = 14


def test_ids_are_unique_and_groups_and_scopes_known() -> None:
    assert len({a.id for a in ACTIONS}) == len(ACTIONS)
    assert {a.group for a in ACTIONS} == set(GROUPS)
    assert {s for a in ACTIONS for s in a.scopes} == set(SCOPES) == set(SCREENS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda a: a.id)
def test_every_action_has_texts_a_method_and_a_known_step(action) -> None:
    for language in LANGUAGES:
        texts = catalogue(language)
        assert 0 < cell_len(texts[action.label]) <= LABEL_CELLS, (language, texts[action.label])
        assert texts[action.help]
    method = "do_" + action.id.replace("-", "_")
    for scope in action.scopes:
        assert hasattr(SCREENS[scope], method) or hasattr(ReviewApp, method), (scope, method)
    assert action.step is None or action.step in STEPS
    assert action.writes or action.step is None


@pytest.mark.parametrize("scope", SCOPES)
def test_every_pane_tells_what_it_is_and_how_to_leave(scope: str) -> None:
    assert all(f"tui.pane.{scope}" in catalogue(language) for language in LANGUAGES)
    ids = {a.id for a in in_scope(scope)}
    assert {"help", "palette", "language", "leave"} <= ids
    assert ("quit" in ids) == (scope == "queue")
    assert ("back" in ids) == (scope != "queue")


def test_every_step_a_person_may_take_has_an_action() -> None:
    people = {t.action for t in TRANSITIONS if t.role != MACHINE} | {j.action for j in JUDGEMENTS}
    assert people - {a.step for a in ACTIONS} == {"score"}
    assert find_action("score").command


def test_words_for_every_state_severity_and_role() -> None:
    for language in LANGUAGES:
        texts = catalogue(language)
        for state in State:
            assert cell_len(texts[f"tui.state.{state}"]) <= 10, texts[f"tui.state.{state}"]
        told = say("tui.queue.fail", language, faults=99, warnings=99)
        assert cell_len(f"x {told}") <= STANDING, told
        for action in (a for a in ACTIONS if a.step and a.step not in {j.action for j in JUDGEMENTS}):
            assert texts[f"tui.modal.{action.id}"]
        for action in (a for a in ACTIONS if a.step):
            assert texts[f"tui.done.{action.id}"]


def test_the_default_keys_do_not_clash_and_none_is_banned() -> None:
    Keymap()
    assert not {key for a in ACTIONS for key in a.keys} & BANNED.keys()


def test_rebinding_by_id() -> None:
    keymap = Keymap({"approve": "f9"})
    assert keymap.action("queue", "f9") == "approve"
    assert keymap.action("queue", "a") is None
    assert keymap.keys("approve") == ("f9",)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"approve": "r"}, "approve / return"),
        ({"aprove": "f9"}, "tui.keys.aprove"),
        ({"approve": "ctrl+m"}, "enter"),
        ({"approve": ""}, "approve"),
    ],
)
def test_a_bad_rebinding_says_what_is_wrong(changes: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        Keymap(changes)
    assert caught.value.message == "tui.keys.wrong"
    assert told in caught.value.params["problems"]


def test_keys_as_people_read_them() -> None:
    assert [shown(k) for k in ("ctrl+p", "f5", "pageup", "enter", "?", "W")] == ["^P", "F5", "PgUp", "Enter", "?", "W"]


def test_why_not_speaks_before_the_desk_is_asked() -> None:
    nobody = Person("shili", frozenset())
    approve = find_action("approve")
    assert why_not(approve, Moment("queue", nobody, ready=False)) == ("tui.why.opening", {})
    assert why_not(approve, Moment("queue", nobody)) == ("tui.why.no-row", {})
    assert why_not(approve, Moment("queue", nobody, readonly=True)) == ("tui.why.readonly", {})
    assert why_not(find_action("help"), Moment("queue", nobody, ready=False)) is None


def test_no_reason_lacks_its_text() -> None:
    source = Path(str(actions.__file__)).read_text(encoding="utf-8")
    reasons = set(re.findall(r"tui\.why\.[a-z-]+", source))
    assert reasons <= catalogue("zh").keys()
    assert len(reasons) > 8
