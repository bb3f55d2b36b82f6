"""The return letter: what it says of every standing finding, and how it is laid out."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from station.documents.letter import letter_docx, todo
from station.documents.settings import default_settings, parse_settings
from station.documents.values import Fault, ReturnLetter, Work
from station.errors import UsageError
from station.findings import Severity
from station.profile import default_profile
from station.text import LANGUAGES, catalogue, say
from station.workflow import State
from tests.station.papered import exports, tables_of, words_of
from tests.station.room import Room, finding

SETTINGS, PROFILE = default_settings(), default_profile()
FAULTS = (
    Fault("F3", "letter-missing", Severity.FAULT, None, "", "finding.letter-missing", {}),
    Fault("2.2.4", "black", Severity.FAULT, 2, "00:00:12.12–00:00:13.12", "finding.gone", {"seconds": 1}),
    Fault("2.7.2", "hum", Severity.WARNING, 2, "", "finding.gone", {}),
)
LETTER = ReturnLetter(
    Work("01示例", 2, "示例课", "示例大学", "示例省人社厅", "示例教师", 2.0), "示例理由", FAULTS, date(2022, 3, 1), date(2022, 3, 31), 30,
    draft=False,
)  # fmt: skip


def test_it_names_course_unit_reason_and_deadline() -> None:
    said = words_of(letter_docx(LETTER, PROFILE, SETTINGS, "zh"))
    for word in ("公需科目课件退回修改通知\n", "示例大学：", "“示例课”", "01示例", "第 2 版", "示例省人社厅", "示例理由", "2022 年 3 月 31 日 前",
                 "30 日内", "中国继续工程教育协会", "\n2022 年 3 月 1 日"):  # fmt: skip
        assert word in said, word
    assert "（稿）" not in said
    assert "（稿）" in words_of(letter_docx(replace(LETTER, draft=True), PROFILE, SETTINGS, "zh"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_stands_there_with_clause_place_and_what_to_do(language: str) -> None:
    rows = tables_of(letter_docx(LETTER, PROFILE, SETTINGS, language))[0]
    assert len(rows) == 1 + len(FAULTS)
    assert [row[0] for row in rows[1:]] == ["1", "2", "3"]
    assert rows[1][1].startswith("F3 ")
    assert rows[2][1].startswith("2.2.4 ")
    assert rows[2][3] == "00:00:12.12–00:00:13.12"
    assert rows[1][3] == rows[3][3] == say("check.whole", language)
    assert rows[1][2] == say("documents.letter.papers", language)
    assert rows[2][2] == say("documents.letter.lesson", language, number=2)
    assert rows[2][5] == say("documents.todo.black", language)
    assert rows[3][5] == say("documents.letter.look-first", language, todo=say("documents.todo.hum", language))
    assert say("finding.letter-missing", language) in rows[1][4]


def test_every_check_says_what_to_do() -> None:
    for language in LANGUAGES:
        assert [check for check in PROFILE.checks if f"documents.todo.{check}" not in catalogue(language)] == []
    known = {key.removeprefix("documents.todo.") for key in catalogue("zh") if key.startswith("documents.todo.")}
    assert known - PROFILE.checks.keys() == {"other"}
    later = replace(FAULTS[1], check="of-a-later-standard")
    assert todo(later, "zh") == say("documents.todo.other", "zh")


def test_no_finding_is_said_too() -> None:
    content = letter_docx(replace(LETTER, faults=()), PROFILE, SETTINGS, "zh")
    assert tables_of(content) == []
    assert say("documents.letter.no-faults", "zh") in words_of(content)


def test_hostile_words_are_only_words() -> None:
    work = replace(LETTER.work, title="\x1b[31m\u202e\x00<w:p>课", applicant_unit="\ud800")
    said = words_of(letter_docx(replace(LETTER, work=work, reason="\x07坏"), PROFILE, SETTINGS, "zh"))
    assert "<w:p>课" in said
    assert not re.search("[\x00\x07\x1b\u202e]", said)


def test_the_page_is_an_official_one() -> None:
    document = Document(io.BytesIO(letter_docx(LETTER, PROFILE, SETTINGS, "zh")))
    section = document.sections[0]
    page = (section.page_width, section.page_height)
    assert [abs(side - wanted) < Mm(0.1) for side, wanted in zip(page, (Mm(210), Mm(297)), strict=True)] == [True, True]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    fonts = {}
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            fonts[run.text] = (run._r.rPr.rFonts.get(qn("w:eastAsia")), run.font.name, run.font.size)
    assert fonts["公需科目课件退回修改通知"] == ("方正小标宋简体", "Times New Roman", Pt(22))
    assert fonts["一、退回原因"] == ("黑体", "Times New Roman", Pt(16))
    assert fonts["示例理由"] == ("仿宋_GB2312", "Times New Roman", Pt(16))
    assert "PAGE" in section.footer._element.xml
    assert sum(cell.width.mm for cell in document.tables[0].rows[1].cells) == pytest.approx(156, abs=0.5)
    head = document.tables[0].rows[0].cells[0].paragraphs[0].runs[0]
    assert head._r.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"


def test_a_missing_font_has_others_that_stand_in() -> None:
    with zipfile.ZipFile(io.BytesIO(letter_docx(LETTER, PROFILE, SETTINGS, "zh"))) as archive:
        names = archive.namelist()
        table = archive.read("word/fontTable.xml").decode()
    assert len(names) == len(set(names))
    for name, *others in SETTINGS.fonts.values():
        assert f'<w:font w:name="{name}"><w:altName w:val="{",".join(others)}"/>' in table


def test_what_stands_is_listed_and_what_is_waived_or_a_note_is_not(tmp_path: Path) -> None:
    room = Room(tmp_path)
    id_ = room.triage(
        finding("black", 12.5, start_frame=625, end_frame=675), finding("freeze", 40.0),
        finding("loudness", None, severity=Severity.NOTE), finding("hum", None, severity=Severity.WARNING),
        papers=(finding("form-missing", None, clause="F1"),),
    )  # fmt: skip
    desk = room.desk("op", "operator")
    waived = next(found for found in desk.submission(id_).lessons[0].findings if found.check == "freeze")
    desk.waive(id_, waived.id, "示例", seen=desk.submission(id_).revision)
    letter = exports(room, "op", "operator").letter(id_)
    assert letter.draft
    assert [(fault.check, fault.lesson) for fault in letter.faults] == [
        ("form-missing", None),
        ("hum", 1),
        ("black", 1),
    ]
    assert letter.faults[2].place == "00:00:12.25–00:00:13.25", "at 50 frames a second, as the frame numbers say"
    assert letter.deadline - letter.dated == timedelta(days=SETTINGS.return_days)


def test_the_deadline_counts_from_the_return(tmp_path: Path) -> None:
    room = Room(tmp_path)
    id_ = room.at(State.RETURNED)
    back = room.desk("op", "operator").log(id_)[-1]
    letter = exports(room, "op", "operator").letter(id_, days=10)
    assert (letter.draft, letter.reason, letter.days) == (False, "示例理由", 10)
    assert letter.dated == SETTINGS.day_of(back.at)
    assert letter.deadline == letter.dated + timedelta(days=10)


def test_days_are_those_of_the_office() -> None:
    assert SETTINGS.day_of("2022-02-28T15:59:59.000000+00:00") == date(2022, 2, 28)
    assert SETTINGS.day_of("2022-02-28T16:00:00.000000+00:00") == date(2022, 3, 1)


SHIPPED = (Path(__file__).parents[2] / "station/profiles/documents-2022.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("marks = 0.5 ", "marks = 0.6 "), ("return_days = 30", "return_days = 0"), ("return_days", "return_day"),
        ('serial = "{year}-{number:03d}"', 'serial = "{year}"'), ('serial = "{year}-', 'serial = "{yeer}-'), ("[issuer]", "[issuer"),
        ("[page]", "[paje]"), ("utc_offset_hours = 8", "utc_offset_hours = 99"), ('zh = "中国', 'cn = "中国'),
        ('title = ["方正小标宋简体", ', 'title = [1, '), ("top_mm = 37.0", "top = 37.0"), ("https://zsgx", "https://{zsgx}"),
    ],
)  # fmt: skip
def test_data_that_does_not_make_sense_is_refused(before: str, after: str) -> None:
    assert before in SHIPPED
    assert parse_settings(SHIPPED, "x") == SETTINGS
    with pytest.raises(UsageError, match=r"error\.profile"):
        parse_settings(SHIPPED.replace(before, after, 1), "x")


def test_another_years_data_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "documents.toml"
    path.write_text(SHIPPED.replace("return_days = 30", "return_days = 15"), encoding="utf-8")
    room = Room(tmp_path)
    room.config = replace(room.config, round=replace(room.config.round, documents="documents.toml"))
    id_ = room.triage()
    assert exports(room, "op", "operator").letter(id_).days == 15
    path.unlink()
    with pytest.raises(UsageError, match="unreadable"):
        exports(room, "op", "operator").letter(id_)
