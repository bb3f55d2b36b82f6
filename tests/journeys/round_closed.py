"""回避, played: who belongs to the applicant's unit opens the work by no command, and finds it in none."""

import json
import os

from tests.journeys.round_plan import BY_KEY
from tests.journeys.round_played import Played, sheets_of

KEY = "w09"


def nobody_of_the_unit_opens_it(played: Played) -> None:
    """Every command that takes a submission, and every one that lists some; in whatever state the work stands. `own` is an
    expert of the unit; `both` besides belongs to the office."""
    id_, work = played.ids[KEY], BY_KEY[KEY]
    finding = played.rows("SELECT id FROM findings WHERE submission_id = ? ORDER BY id LIMIT 1", id_)[0]["id"]
    reason, yes = ("--reason", "示例"), "--yes"
    out = ("--out", played.out / "不应有.docx")
    form = played.folder / "own.toml"
    form.write_text('notes = "示例"\n', encoding="utf-8")
    closed = [
        ("show", id_), ("show", id_, "--findings"), ("show", id_, "--log"), ("show", id_, "--json"), ("show", id_[-6:]),
        ("show", id_, "--as-of", "2999-01-01"), ("why", f"{id_}:1", "black", "1"), ("report", id_, "-o", played.out / "不应有"),
        ("score", id_), ("score", id_, "--template"), ("score", id_, "--form", form), ("score", id_, "--submit", yes),
        ("panel", id_), ("panel", id_, "--sign"), ("panel", id_, "--recuse", *reason),
        ("panel", id_, "--second", "yes", "--stop", 1, *reason), ("panel", id_, "--decide", "lift", "--stop", 1, *reason),
        ("panel", id_, "--discuss", *reason), ("panel", id_, "--approve", *reason), ("assign", id_), ("assign", id_, "--auto"),
        ("assign", id_, "x01"), ("reopen", id_, "x01", *reason), ("letter", id_, *out), ("opinion", id_, *out),
        ("waive", id_, finding, *reason), ("approve", id_, yes), ("return", id_, *reason, yes), ("withdraw", id_, *reason, yes),
        ("publish", id_, yes), ("remeasure", id_, yes), ("undo", id_), ("papers", id_, form), ("hand-over", id_, "--to", "op2"),
        ("topics", "list", work.number), ("topics", "link", id_, "--existing", *reason),
        ("bundle", id_, "--out", played.out / "不应有"),
    ]  # fmt: skip
    before = played.rows("SELECT count(*) AS n FROM audit")
    for person in ("own", "both"):
        for typed in closed:
            said = played.says(person, *typed)
            assert said.code == 3, (person, typed, said)
            assert work.title not in said.out + said.err, (person, typed)
        for typed in (
            ("show",), ("show", "--json"), ("show", "--text", work.title), ("show", "--mine"), ("topics", "list"), ("topics", "list", "--json"), ("topics", "link", "--json"),
            ("topics", "overdue", "--json"), ("panel", "--waiting", "--json"), ("topics", "rank"), ("stats", "--json"),
            ("topics", "votes", "--json"), ("show", "--drops"), ("verify", "--json"), ("show", "--state", "triage"),
        ):  # fmt: skip
            said = played.says(person, *typed)
            assert said.code in {0, 3}, (person, typed, said)
            words = said.out + said.err
            listed = words + (
                json.dumps(json.loads(said.out), ensure_ascii=False) if "--json" in typed and said.out else ""
            )
            found = [word for word in (id_, work.title, work.topic["lecturer"]) if word in listed]
            assert found == [], (person, typed, found)
        for words in (work.title, work.unit, work.topic["lecturer"]):
            assert played.told(person, "search", words)["hits"] == [], (person, words)
    assert not (played.out / "不应有.docx").exists()
    assert not (played.out / "不应有").exists()
    assert played.rows("SELECT count(*) AS n FROM audit") == before, "nothing was done, and nothing logged"


def real_accounts_are_told_the_same(played: Played) -> None:
    """In processes of their own: an account without a role gets nothing; through sudo an account counts where the configuration
    is root's, and is told what it is told at the keyboard."""
    id_ = played.ids[KEY]
    assert played.process("", "show", id_).code == 3
    by_root = os.geteuid() == 0
    for account, code in (("op1", 0), ("own", 3), ("x01", played.says("x01", "show", id_).code)):
        said = played.process(account, "show", id_, "--json")
        assert said.code == (code if by_root else 3), (account, said)
        if by_root and code == 0:
            assert said.json["submission"] == played.view(KEY, account)


def judged_again_without_it(played: Played) -> None:
    """Under a standard by which every freeze would pass, an operator is told of the work; who belongs to its unit is not."""
    text = (played.folder / "profile.toml").read_text(encoding="utf-8")
    lenient = played.folder / "lenient.toml"
    lenient.write_text(
        text.replace("warning_s = 0.5, fault_s = 2.0", "warning_s = 9.0, fault_s = 9.0"), encoding="utf-8"
    )
    typed = ("rejudge", "--profile", lenient, "--state", played.view(KEY)["state"], "--workers", 1)
    assert [change["id"] for change in played.told("op1", *typed)["changes"]] == [played.ids[KEY]]
    assert played.told("both", *typed)["changes"] == []
    played.refused("own", *typed)


def exports_leave_it_out(played: Played) -> None:
    """What the office's member of the unit exports has a gap where the unit's work stands; an expert alone exports nothing."""
    work = BY_KEY[KEY]
    for name, suffix in (("catalogue", ".json"), ("catalogue", ".xlsx"), ("ledger", ".xlsx")):
        played.refused("own", name, "--out", played.out / f"不应有{suffix}")
        path = played.file("both", name, to=f"回避-{name}{suffix}")
        if suffix == ".json":
            told = json.loads(path.read_text(encoding="utf-8"))
            assert (len(told["works"]), told["left_out"]) == (8, 1)
            assert work.title not in path.read_text(encoding="utf-8")
        else:
            cells = {cell for rows in sheets_of(path).values() for row in rows for cell in row}
            assert not {work.title, work.unit, work.topic["lecturer"]} & cells
    played.refused("own", "bundle", "--out", played.out / "不应有")
    played.does("both", "bundle", "--out", played.out / "回避")
    bag = played.out / "回避"
    assert len(list(bag.rglob("metadata.json"))) == 8
    assert not any(work.title in path.read_text(encoding="utf-8") for path in bag.rglob("*.json"))
    played.refused("own", "excellent", "--numbers", bag / "bagit.txt", "--out", played.out / "不应有.xlsx")
