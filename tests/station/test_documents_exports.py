"""Who may take which document out, as a table; and what the log keeps of it."""

from itertools import product
from pathlib import Path

import pytest

from station.config import ROLES
from station.desk.exporting import EXPORTS, ExportDesk
from station.errors import NotAllowed, NotFound
from station.text import LANGUAGES, catalogue
from station.workflow import State
from tests.station.papered import catalogued, exports
from tests.station.room import RECOMMENDER, UNIT, Room

S = State
ALLOWED = {
    "letter": {S.WAITING_PAPERS, S.TRIAGE, S.EXPERT_REVIEW, S.OFFICE_AUDIT, S.GROUP_DECISION, S.RETURNED},
    "opinion": {S.EXPERT_REVIEW, S.OFFICE_AUDIT, S.GROUP_DECISION, S.CATALOGUED, S.PUBLISHED},
}
"""Of submissions with enough sealed reviews wherever experts have worked. RETURNED is returned before they did."""
EXPORTERS = {"operator", "office"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Room, dict[State, str]]:
    room = Room(tmp_path_factory.mktemp("house"))
    ids = {state: room.at(state) for state in State}
    for account in ("expert-a", "expert-b"):
        room.score(ids[State.EXPERT_REVIEW], account)
    return room, ids


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", EXPORTS)
def test_the_whole_matrix(house: tuple[Room, dict[State, str]], name: str, role: str) -> None:
    room, ids = house
    desk = exports(room, f"fresh-{role}", role)
    for state, id_ in ids.items():
        expected = role in EXPORTERS and state in ALLOWED[name]
        before = len(room.store.rows("SELECT seq FROM audit"))
        try:
            why_not = desk.why_not(id_, name)
        except NotAllowed:
            assert role == "expert"
            continue
        assert (why_not is None) == expected, (state, why_not)
        if expected:
            continue
        with pytest.raises(NotAllowed):
            getattr(desk, name)(id_)
        assert len(room.store.rows("SELECT seq FROM audit")) == before
        assert why_not is not None
        for language in LANGUAGES:
            assert catalogue(language)[why_not[0]].format(**why_not[1])


@pytest.mark.parametrize("role", ROLES)
def test_lists_and_bundles_are_for_operators_and_the_office(tmp_path: Path, role: str) -> None:
    room = Room(tmp_path)
    catalogued(room, "甲课")
    desk = exports(room, f"fresh-{role}", role)
    for call in (desk.catalogue, desk.bundle, lambda: desk.marks(())):
        if role in EXPORTERS:
            call()
        else:
            with pytest.raises(NotAllowed, match=r"documents\.guard\.role"):
                call()


def test_without_a_role_nothing_comes_out(tmp_path: Path) -> None:
    room = Room(tmp_path)
    id_ = room.at(State.OFFICE_AUDIT)
    nobody = ExportDesk.of(room.desk("nobody"))
    for call in (lambda: nobody.letter(id_), lambda: nobody.opinion(id_), nobody.catalogue, nobody.bundle):
        with pytest.raises(NotAllowed):
            call()


@pytest.mark.parametrize(("unit", "role"), list(product((UNIT, RECOMMENDER), ("operator", "office", "expert"))))
def test_nobody_takes_out_documents_on_their_own_units_work(
    house: tuple[Room, dict[State, str]], unit: str, role: str
) -> None:
    room, ids = house
    desk = exports(room, "own", role, unit=unit)
    for name, state in (("letter", State.TRIAGE), ("opinion", State.OFFICE_AUDIT)):
        with pytest.raises(NotAllowed):
            getattr(desk, name)(ids[state])


def test_a_recused_expert_in_the_office_sees_the_work_in_no_export(tmp_path: Path) -> None:
    room = Room(tmp_path)
    id_ = catalogued(room, "甲课")
    desk = exports(room, "both", "office", "expert", unit=UNIT)
    assert desk.catalogue().entries == ()
    assert desk.bundle()[1] == ()
    for call in (lambda: desk.letter(id_), lambda: desk.opinion(id_)):
        with pytest.raises(NotAllowed, match="recused"):
            call()
    with pytest.raises(NotAllowed):
        desk.bundle([id_])


def test_who_scored_the_work_takes_no_document_of_it(tmp_path: Path) -> None:
    room = Room(tmp_path)
    id_ = room.at(State.OFFICE_AUDIT)
    both = exports(room, "expert0", "expert", "office")
    assert both.why_not(id_, "opinion") == ("guard.one-role-only.expert", {})
    assert both.why_not(id_, "letter") == ("guard.one-role-only.expert", {})


def test_every_export_is_logged_by_whom_in_which_role_and_what_it_held(tmp_path: Path) -> None:
    room = Room(tmp_path)
    triaged, audited = room.triage(), room.at(State.OFFICE_AUDIT)
    letter = exports(room, "op", "operator").letter(triaged, days=7)
    exports(room).opinion(audited)
    for id_, name, person, role, after in (
        (triaged, "letter", "op", "operator", {"deadline": letter.deadline.isoformat(), "findings": 0}),
        (audited, "opinion", "office9", "office", {"experts": 2}),
    ):
        row = room.desk("op", "operator").log(id_)[-1]
        assert (row.action, row.object, row.person, row.role) == ("export", f"document:{name}", person, role)
        assert (row.before, row.after, row.origin) == ({}, after, "test")
    exports(room).catalogue()
    exports(room).catalogue("ledger")
    last = room.store.rows("SELECT * FROM audit ORDER BY seq DESC LIMIT 2")
    assert [row["object"] for row in last] == ["document:ledger", "document:catalogue"]
    assert room.desk("op", "operator").verify().sound


def test_an_export_changes_no_submission(tmp_path: Path) -> None:
    room = Room(tmp_path)
    id_ = room.triage()
    before = (room.raw(id_, "state"), room.raw(id_, "revision"))
    exports(room, "op", "operator").letter(id_)
    assert (room.raw(id_, "state"), room.raw(id_, "revision")) == before


def test_an_unknown_submission_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        exports(Room(tmp_path)).letter("NOSUCH")
