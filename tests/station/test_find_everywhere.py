"""Search over everything: what is written is found at once, with its place; what is closed or sealed never is."""

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from station.cli import root
from station.folding import fold
from station.kept import READINGS
from station.readings import Page, Pages, Readings, TextLine, Transcript, Utterance, to_json
from station.store import search
from tests.station.room import UNIT, Room, finding, loads

SIGNS = "数据安全应急管理心理健康abc12%"


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def with_words(room: Room, *, unit: str = "另一大学") -> str:
    """A measured submission whose lesson was read and heard."""
    id_ = room.received("数据安全概论", unit=unit)
    folder = room.root / "station-data" / f"submissions/{id_}/lessons/1"
    folder.mkdir(parents=True)
    line = TextLine("密碼學基礎 Ｃｒｙｐｔｏ", 0.9, (0.1, 0.1, 0.2, 0.9))
    said = Transcript("zh", 1.0, "m", (Utterance(61.0, 64.0, "今天讲量子通信的原理", 0.9),))
    readings = Readings(text=Pages((Page(12.0, 30.0, (line,)),)), transcript=said)
    (folder / READINGS).write_text(to_json(readings), encoding="utf-8")
    room.judged(id_, 1, finding("black", message="finding.black.whole", params={"length": 3.0}))
    return id_


def told(room: Room, text: str, **who: str) -> list[tuple[str, int | None, float | None]]:
    desk = room.desk("op", "operator") if not who else room.desk(who["account"], who["role"], unit=who.get("unit", ""))
    return [(hit.field, hit.ordinal, hit.start) for hit in desk.search(text)]


@pytest.mark.parametrize(
    ("text", "field"),
    [("数据安全", "title"), ("安全", "title"), ("另一大学", "applicant"), ("人社厅", "recommending"), ("示例教师", "lecturer"),
     ("第 1 讲", "lesson"), ("数据安全 概论", "title"), ("概", "title")],
)  # fmt: skip
def test_what_the_papers_say_is_found(room: Room, text: str, field: str) -> None:
    with_words(room)
    assert field in {found for found, _, _ in told(room, text)}


def test_slides_and_speech_are_found_with_their_time(room: Room) -> None:
    with_words(room)
    assert told(room, "密码学") == [("screen", 1, 12.0)], "traditional characters fold"
    assert told(room, "crypto") == [("screen", 1, 12.0)], "full width and case fold"
    assert told(room, "量子") == told(room, "子通信的") == told(room, "量") == [("speech", 1, 61.0)]
    hit = room.desk("op", "operator").search("密码学")[0]
    assert "密碼學" in hit.excerpt, "as it was written"
    assert told(room, "量子 密码") == [("speech", 1, 61.0), ("screen", 1, 12.0)], "each word's places"
    assert told(room, "量子 没有") == []


def test_findings_are_found_in_both_languages_and_go_when_judged_anew(room: Room) -> None:
    id_ = with_words(room)
    assert ("finding", 1, 1.0) in told(room, "黑场")
    assert ("finding", 1, 1.0) in told(room, "beginning to end")
    room.judged(id_, 1)
    assert told(room, "黑场") == []


def test_reasons_are_found(room: Room) -> None:
    id_ = room.triage(finding())
    room.move(id_, "return", room.desk("op", "operator"), "片头不符合要求")
    assert told(room, "片头不符") == [("reason", None, None)]


@pytest.mark.parametrize("text", ["量", "量子", "量子通信", "数据安全", "示例教师", "概论 量子"])
def test_nothing_of_a_closed_submission_is_found(room: Room, text: str) -> None:
    with_words(room, unit=UNIT)
    assert told(room, text, account="e", role="expert", unit="别的大学")
    assert told(room, text, account="e", role="expert", unit=f" {UNIT}") == []


def test_a_sealed_note_is_found_by_its_writer_and_by_whom_it_is_open_to(room: Room) -> None:
    id_ = room.triage()
    room.move(id_, "approve", room.desk("op", "operator"))
    one, two = room.desk("e1", "expert"), room.desk("e2", "expert")
    filled = room.filled() | {"notes": "讲解生动深入"}
    revision = one.save_draft(id_, **filled, seen=0)

    def seen() -> dict[str, bool]:
        office = room.desk("office", "office")
        return {name: bool(desk.search("生动")) for name, desk in (("e1", one), ("e2", two), ("office", office))}

    assert seen() == {"e1": True, "e2": False, "office": False}, "a draft is its writer's alone"
    one.submit_review(id_, seen=revision)
    assert seen() == {"e1": True, "e2": False, "office": True}
    assert two.search("示例课 生动") == [], "not even whether the submission holds the word"
    room.score(id_, "e2")
    assert seen() == {"e1": True, "e2": True, "office": True}


def test_every_part_of_every_title_is_found_and_nothing_else(room: Room) -> None:
    dice = random.Random(4)
    titles = ["".join(dice.choices(SIGNS, k=dice.randint(1, 12))) for _ in range(40)]
    ids = {room.received(title): fold(title).text for title in titles}
    desk = room.desk("op", "operator")
    for _ in range(150):
        text = dice.choice(titles)
        first = dice.randrange(len(text))
        word = text[first : first + dice.randint(1, 6)]
        found = {hit.submission.id for hit in desk.search(word, limit=1000) if hit.field == "title"}
        assert found == {id_ for id_, title in ids.items() if fold(word).text in title}, word


def test_the_limit_holds_and_wildcards_of_the_database_are_signs(room: Room) -> None:
    for number in range(60):
        room.received(f"示例 {number}%")
    desk = room.desk("op", "operator")
    assert len(desk.search("示例", limit=50)) == 50
    assert [hit.field for hit in desk.search("7%", limit=90)] == ["title"] * 6
    assert desk.search('_" OR') == desk.search("") == desk.search("  ") == []


def test_a_database_from_before_the_index_is_entered(room: Room) -> None:
    id_ = with_words(room)
    before = [told(room, text) for text in ("量子", "黑场", "数据安全")]
    with room.store.transaction():
        for table in ("search_trigrams", "search_signs"):
            room.store.execute(f"INSERT INTO {table}({table}) VALUES('delete-all')")
        room.store.execute("DELETE FROM search_pages")
        assert told(room, "量子") == []
        search.enter_all(room.store.db)
    assert [told(room, text) for text in ("量子", "黑场", "数据安全")] == before
    assert room.desk("op", "operator").search("量子")[0].submission.id == id_


def test_the_command_tells_the_same(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    with_words(room)
    config = room.root / "config.toml"
    config.write_text("[review]\nexperts = 2\n", encoding="utf-8")
    monkeypatch.setenv("STATION_CONFIG", str(config))
    done = CliRunner().invoke(root, ["search", "量子", "--json"])
    hits = loads(done.output)["hits"]
    assert [(hit["field"], hit["ordinal"], hit["start"]) for hit in hits] == [("speech", 1, 61.0)]
    assert json.dumps(hits)
    for language, word in (("zh", "语音"), ("en", "speech")):
        shown = CliRunner().invoke(root, ["--lang", language, "search", "量子"]).output
        assert word in shown
        assert "量子通信" in shown
    assert CliRunner().invoke(root, ["--lang", "en", "search", "没有这个词"]).output == "Nothing was found\n"
