"""The catalogue, the hours ledger and what an applicant unit brought."""

import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from station.documents.catalogue import by_unit, catalogue_json, catalogue_xlsx
from station.documents.ledger import credits_of, is_several, ledger_xlsx
from station.documents.settings import default_settings
from station.documents.values import Catalogue, Entry
from station.people import name_key
from station.store import topics
from station.text import LANGUAGES, say
from station.workflow import State
from tests.station.papered import catalogued, exports, sheets_of
from tests.station.room import UNIT, Room

SETTINGS = default_settings()


def entry(serial: str, **more: object) -> Entry:
    values: dict[str, object] = {
        "serial": serial, "id": f"ID{serial}", "version": 1, "title": f"课 {serial}", "area": "数字技术", "summary": "简介",
        "hours": 2.0, "lecturer": "示例教师", "lecturer_unit": "示例大学", "lecturer_title": "教授", "applicant_unit": "示例大学",
        "recommending_unit": "示例省人社厅", "national_base": None, "published": False, "entered": date(2022, 5, 1),
        "link": "https://example.org/",
    }  # fmt: skip
    return Entry(**{**values, **more})  # type: ignore[arg-type]


def test_the_sheet_holds_what_the_notice_wants() -> None:
    made = Catalogue((entry("2022-001"), entry("2022-002", published=True, hours=28.5)), 0, 30.0)
    rows = sheets_of(catalogue_xlsx(made, SETTINGS, "zh"))["目录"]
    assert rows[1] == (
        "序号",
        "课件名称",
        "选题领域",
        "课时",
        "授课教师",
        "教师单位",
        "申报单位",
        "内容简介",
        "状态",
        "链接",
    )
    assert rows[2] == (
        "2022-001", "课 2022-001", "数字技术", 2, "示例教师", "示例大学", "示例大学", "简介", "已列入", "https://example.org/",
    )  # fmt: skip
    assert rows[3][8] == "已发布"
    assert rows[5][0] == "共 2 件，30.5 学时，达到年度目标（30 学时以上）。"


def test_a_goal_that_is_not_reached_unknown_hours_and_left_out_works_are_said() -> None:
    made = Catalogue((entry("2022-001", hours=None),), 3, 30.0)
    notes = [row[0] for row in sheets_of(catalogue_xlsx(made, SETTINGS, "zh"))["目录"][4:]]
    assert notes == [
        "共 1 件，0 学时，未达到年度目标（30 学时以上）。", "下列课件没有课时数，未计入合计：2022-001", "因回避未列 3 件，其序号空缺。",
    ]  # fmt: skip


def test_json_and_sheet_tell_the_same() -> None:
    made = Catalogue((entry("2022-001", title="课\x07"), entry("2022-002")), 1, 30.0)
    told = json.loads(catalogue_json(made))
    assert (told["schema"], told["hours"], told["goal_hours"], told["left_out"]) == (1, 4.0, 30.0, 1)
    rows = sheets_of(catalogue_xlsx(made, SETTINGS, "en"))["Catalogue"][2:4]
    names = ("serial", "title", "area", "hours", "lecturer", "lecturer_unit", "unit", "summary")
    assert [tuple(work[name] for name in names) for work in told["works"]] == [row[:8] for row in rows]
    assert told["works"][0]["entered"] == "2022-05-01"


def test_a_title_is_never_a_formula() -> None:
    made = Catalogue(
        (entry("2022-001", title='=HYPERLINK("https://example.org")', lecturer="+1", summary="@x"),), 0, 30.0
    )
    page = load_workbook(io.BytesIO(catalogue_xlsx(made, SETTINGS, "zh")))["目录"]
    assert {cell.data_type for cell in page[3]} == {"s", "n"}
    assert page["B3"].value == '=HYPERLINK("https://example.org")'


def test_what_each_unit_brought() -> None:
    entries = (
        entry("1", applicant_unit="甲", hours=1.0), entry("2", applicant_unit="乙", hours=2.0, national_base=True),
        entry("3", applicant_unit="甲", hours=4.0, national_base=False), entry("4", applicant_unit="丙", hours=None),
    )  # fmt: skip
    shares = by_unit(entries)
    assert [(share.unit, share.works, share.hours) for share in shares] == [
        ("甲", 2, 5.0),
        ("乙", 1, 2.0),
        ("丙", 1, 0.0),
    ]
    assert [share.national_base for share in shares] == [False, True, None]
    rows = sheets_of(catalogue_xlsx(Catalogue(entries, 0, 30.0), SETTINGS, "zh"))["按申报单位"]
    assert rows[3] == ("乙", "是", 1, 2)


def test_the_catalogue_of_a_station(tmp_path: Path) -> None:
    room = Room(tmp_path)
    first, second = catalogued(room, "甲课", published=True), catalogued(room, "乙课", hours=4.0, lecturer="另一教师")
    room.at(State.GROUP_DECISION)
    made = exports(room).catalogue()
    year = SETTINGS.day_of(room.desk("op", "operator").log(first)[-1].at).year
    assert [(one.serial, one.id, one.published) for one in made.entries] == [
        (f"{year}-001", first, True), (f"{year}-002", second, False),
    ]  # fmt: skip
    one = made.entries[1]
    assert (one.title, one.area, one.summary) == ("乙课", "数字技术", "乙课的简介")
    assert (one.hours, one.lecturer, one.lecturer_title, one.national_base) == (4.0, "另一教师", "教授", True)
    assert made.hours == 6.0


@pytest.mark.parametrize("by_hand", [True, False])
def test_what_the_form_leaves_open_comes_from_the_linked_topic(tmp_path: Path, *, by_hand: bool) -> None:
    room = Room(tmp_path)
    id_ = catalogued(room, "甲课", area="", summary="", national_base=None)
    assert exports(room).catalogue().entries[0].area == ""
    values: dict[str, object] = {
        "id": "T1", "round": "2022", "number": 1, "state": "chosen", "title": "甲课", "summary": "选题简介", "hours": 2.0,
        "lecturer": "", "lecturer_unit": "另一大学", "lecturer_title": "", "applicant_unit": "", "national_base": 0,
        "area": "网络安全", "recommending_unit": "", "contact": "", "telephone": "", "problems": "[]",
        "title_key": "" if by_hand else name_key("甲课"), "applicant_key": "" if by_hand else name_key(UNIT), "recommending_key": "", "file": "", "received_on": "2022-02-01", "updated_at": "",
    }  # fmt: skip
    with room.store.transaction():
        room.store.execute(
            f"INSERT INTO topics({', '.join(values)}) VALUES({', '.join(f':{name}' for name in values)})", values
        )
        if by_hand:
            topics.link(room.store, room.raw(id_, "work_id"), "T1", reason="", person="op")
    one = exports(room).catalogue().entries[0]
    assert (one.area, one.summary, one.national_base) == ("网络安全", "选题简介", False)
    assert one.lecturer_unit == "示例大学", "the form of the work itself comes first"


def test_a_number_is_kept_when_another_work_is_not_seen(tmp_path: Path) -> None:
    room = Room(tmp_path)
    ids = [catalogued(room, title, applicant_unit=unit) for title, unit in (("甲课", "甲校"), ("乙课", "乙校"))]
    whole = exports(room).catalogue()
    recused = exports(room, "both", "office", "expert", unit="甲校").catalogue()
    assert recused.left_out == 1
    assert [one.id for one in recused.entries] == ids[1:]
    assert recused.entries[0].serial == whole.entries[1].serial


def test_a_later_version_keeps_the_works_number(tmp_path: Path) -> None:
    room = Room(tmp_path)
    first = catalogued(room, "甲课")
    catalogued(room, "乙课")
    again = catalogued(room, "甲课")
    entries = exports(room).catalogue().entries
    assert [(one.serial[-3:], one.title, one.version) for one in entries] == [("001", "甲课", 2), ("002", "乙课", 1)]
    assert entries[0].id == again
    assert first not in {one.id for one in entries}


# The ledger.


def test_six_times_the_hours_by_year_and_lecturer() -> None:
    entries = (
        entry("2022-001", hours=2.0), entry("2022-002", hours=1.5), entry("2022-003", hours=3.0, lecturer="乙"),
        entry("2023-001", hours=4.0, entered=date(2023, 1, 1)),
    )  # fmt: skip
    made = credits_of(entries, SETTINGS.credit_times)
    assert [(one.year, one.lecturer, one.serial, one.credited) for one in made] == [
        (2022, "乙", "2022-003", 18.0), (2022, "示例教师", "2022-001", 12.0), (2022, "示例教师", "2022-002", 9.0),
        (2023, "示例教师", "2023-001", 24.0),
    ]  # fmt: skip
    book = sheets_of(ledger_xlsx(made, SETTINGS, "zh"))
    assert book["台账"][1] == (
        "年度",
        "授课教师",
        "单位",
        "目录序号",
        "课件名称",
        "课件课时",
        "倍数",
        "计入学时",
        "备注",
    )
    assert book["台账"][3][5:8] == (2, 6, 12)
    sums = [row[:2] + row[3:] for row in book["按教师合计"][2:]]
    assert sums == [(2022, "乙", 1, 3, 18), (2022, "示例教师", 2, 3.5, 21), (2023, "示例教师", 1, 4, 24)]


def test_two_of_one_name_at_two_units_are_two() -> None:
    made = credits_of((entry("1"), entry("2", lecturer_unit="另一大学")), 6)
    assert len(sheets_of(ledger_xlsx(made, SETTINGS, "en"))["By lecturer"]) == 2 + 2


@pytest.mark.parametrize(
    ("name", "several"),
    [("张三", False), ("张 三", False), ("示例教师甲、示例教师乙", True), ("甲某，乙某", True), ("张三 李四", True), ("", False), (" 张三 ", False),
     ("买买提·示例", False)],
)  # fmt: skip
def test_several_lecturers_are_seen(name: str, several: bool) -> None:
    assert is_several(name) is several


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_person_has_to_decide_is_remarked(language: str) -> None:
    made = credits_of((entry("1", hours=None), entry("2", lecturer="甲、乙"), entry("3")), 6)
    assert made[1].credited is None or made[0].credited is None
    remarks = [
        row[8] for row in sheets_of(ledger_xlsx(made, SETTINGS, language))[say("documents.ledger.sheet", language)][2:5]
    ]
    assert sorted(filter(None, remarks)) == sorted(
        say(f"documents.ledger.{name}", language) for name in ("no-hours", "several")
    )


def test_serial_and_link_come_from_data(tmp_path: Path) -> None:
    room = Room(tmp_path)
    id_ = catalogued(room, "甲课")
    office = exports(room)
    office.settings = replace(SETTINGS, serial="GX{year}{number:04d}", link="https://example.org/{serial}/{id}")
    one = office.catalogue().entries[0]
    assert one.serial.startswith("GX20")
    assert one.serial.endswith("0001")
    assert one.link == f"https://example.org/{one.serial}/{id_}"
