"""附件1: the form as the notice lays it out, and everything people do to it."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from station.errors import BadPaper
from station.papers._figures import chinese_figure, figure, read_date
from station.papers._form_values import read_hours, read_yes
from station.papers.form import read_form
from station.papers.types import Form, Topic
from station.text import LANGUAGES, say

HEAD = ["序号", "课件名称", "课件内容简介", "课时", "姓名", "单位", "职称", "单位", "是否国家级\n继续教育基地"]
GROUPS = [(2, 4, "公需科目课件选题"), (5, 7, "授课教师"), (8, 9, "申报单位")]
ROW = [1, "示例数字技术", "示例简介", 2, "示例教师", "示例大学", "教授", "示例继续教育基地", "是"]
TOPIC = Topic("示例数字技术", "示例简介", 2.0, "示例教师", "示例大学", "教授", "示例继续教育基地", True)


def xlsx(path: Path, rows: list[list[Any]], *, groups: bool = True, edit: Callable[[Any], None] | None = None) -> Path:
    """The notice's form as a workbook: title, unit and date, two head rows, topics, contact, remark."""
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "专业技术人员知识更新工程 2022 年公需科目选题征集表"
    sheet.merge_cells("A1:I1")
    sheet["A2"], sheet["F2"] = "推荐单位：示例省人社厅", "填报时间：2022年2月11日"
    for first, last, text in GROUPS if groups else ():
        sheet.cell(4, first, text)
        sheet.merge_cells(start_row=4, end_row=4, start_column=first, end_column=last)
    for column, text in enumerate(HEAD, 1):
        sheet.cell(5, column, text)
    for r, row in enumerate(rows, 6):
        for column, value in enumerate(row, 1):
            sheet.cell(r, column, value)
    foot = 6 + len(rows)
    sheet.cell(foot, 1, "联系人：示例联系人")
    sheet.cell(foot, 5, "联系电话")
    sheet.cell(foot, 6, "010-12345678")
    sheet.cell(foot + 1, 1, "（注：按照45分钟为1课时）")
    if edit:
        edit(sheet)
    book.save(path)
    return path


def messages(form: Form) -> list[str]:
    """Ids of the problems; each must be sayable in both languages."""
    for problem in form.problems:
        for language in LANGUAGES:
            assert say(problem.message, language, **problem.params)
    return [problem.message for problem in form.problems]


def test_the_notices_form_in_excel(tmp_path: Path) -> None:
    form = read_form(xlsx(tmp_path / "附件1.xlsx", [ROW]))
    assert form == Form("示例省人社厅", date(2022, 2, 11), "示例联系人", "010-12345678", (TOPIC,), "附件1.xlsx")


def test_the_notices_form_in_word(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("推荐单位：示例省人社厅")
    document.add_paragraph("填报时间： 二〇二二年二月十一日")
    table = document.add_table(3, 9)
    for place in (0,):
        table.cell(0, place).merge(table.cell(1, place))
    for first, last, text in GROUPS:
        table.cell(0, first - 1).merge(table.cell(0, last - 1)).text = text
    for column, text in enumerate(HEAD):
        table.cell(1, column).text = text
    for column, value in enumerate(ROW):
        table.cell(2, column).text = str(value)
    document.add_paragraph("联系人：示例联系人    联系电话：010-12345678")
    document.add_paragraph("（注：按照45分钟为1课时）")
    document.save(str(tmp_path / "征集表.docx"))
    form = read_form(tmp_path / "征集表.docx")
    assert form.topics == (TOPIC,)
    assert (form.recommending_unit, form.filled_on) == ("示例省人社厅", date(2022, 2, 11))
    assert (form.contact, form.telephone, form.problems) == ("示例联系人", "010-12345678", ())


def test_the_form_as_text(tmp_path: Path) -> None:
    (tmp_path / "submission.toml").write_text(
        """
        recommending_unit = "示例省人社厅"
        filled_on = 2022-02-11
        contact = "示例联系人"
        telephone = "010-12345678"
        [[topic]]
        title = "示例数字技术"
        summary = "示例简介"
        hours = 2
        lecturer = "示例教师"
        lecturer_unit = "示例大学"
        lecturer_title = "教授"
        applicant_unit = "示例继续教育基地"
        national_base = true
        """,
        encoding="utf-8",
    )
    form = read_form(tmp_path / "submission.toml")
    assert form.topics == (TOPIC,)
    assert form.problems == ()


def test_text_form_with_slips(tmp_path: Path) -> None:
    path = tmp_path / "submission.toml"
    path.write_text('recomending_unit = "x"\ncontact = ["a"]\n[[topic]]\ntitle = "t"\nhour = 3\n', encoding="utf-8")
    form = read_form(path)
    assert {"paper.toml-unknown", "paper.toml-type", "paper.missing.contact"} <= set(messages(form))
    nears = [problem.params["near"] for problem in form.problems if "near" in problem.params]
    assert nears == ["recommending_unit", "hours"]


@pytest.mark.parametrize("groups", [True, False])
def test_unit_columns_are_told_apart_by_group_or_by_neighbours(tmp_path: Path, groups: bool) -> None:
    form = read_form(xlsx(tmp_path / "f.xlsx", [ROW], groups=groups))
    assert (form.topics[0].lecturer_unit, form.topics[0].applicant_unit) == ("示例大学", "示例继续教育基地")


def test_columns_in_another_order_and_further_down(tmp_path: Path) -> None:
    def edit(sheet: Any) -> None:
        sheet.move_range("A4:I8", rows=7, cols=3, translate=False)
        sheet.merged_cells.ranges.clear()

    form = read_form(xlsx(tmp_path / "f.xlsx", [ROW], edit=edit))
    assert form.topics == (TOPIC,)


LABELS = {
    "title": ["课件名称", "选题名称", "课程名称", "课件名称*"],
    "summary": ["课件内容简介", "内容简介（200字以内）", "简介"],
    "hours": ["课时", "学时", "课时数", "课 时"],
    "lecturer": ["姓名", "授课教师姓名", "授课人", "主讲人"],
    "lecturer_unit": ["工作单位", "授课教师单位", "所在单位"],
    "lecturer_title": ["职称", "职务/职称", "专业技术职务"],
    "applicant_unit": ["申报单位", "申报单位名称", "申报单位\n（盖章）"],
    "national_base": ["是否国家级继续教育基地", "是否国家级基地", "国家级继续教育基地"],
    "area": ["领域", "选题方向", "类别"],
}
words = st.text("示例数字安全管理基础大学中心一二", min_size=2, max_size=8)
topics = st.builds(
    Topic, words, words, st.sampled_from([1.0, 2.0, 4.5]), words, words, st.sampled_from(["教授", "研究员"]), words, st.booleans(), words
)  # fmt: skip


def cell_of(topic: Topic, name: str) -> object:
    """A field as somebody types it."""
    value = getattr(topic, name)
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else value


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_order_of_columns_any_place_any_label(tmp_path: Path, data: st.DataObject) -> None:
    rows = data.draw(st.lists(topics, min_size=1, max_size=4, unique_by=lambda topic: topic.title))
    names = data.draw(st.permutations(list(LABELS)))
    down, right = data.draw(st.integers(1, 9)), data.draw(st.integers(0, 5))
    gaps = data.draw(st.booleans())
    book = Workbook()
    sheet = book.active
    head = down + 3
    for place, name in enumerate(names, right + 1):
        sheet.cell(head, place, data.draw(st.sampled_from(LABELS[name])))
        for number, topic in enumerate(rows, 1):
            sheet.cell(head + number * (2 if gaps else 1), place, cell_of(topic, name))
    loose = ["推荐单位：示例厅", "填报日期:2022年2月11日", "联系人：示例人", "联系电话：010-12345678"]
    places = data.draw(
        st.permutations([(down, right + 1), (down + 1, right + 3), (head + 12, right + 1), (head + 13, 1)])
    )
    for text, (r, c) in zip(loose, places, strict=True):
        label, value = re.split("[:：]", text)
        if data.draw(st.booleans()):
            sheet.cell(r, c, text)
        else:
            sheet.cell(r, c, label)
            sheet.cell(r, c + 2, value)
    book.save(tmp_path / "f.xlsx")
    form = read_form(tmp_path / "f.xlsx")
    assert form.topics == tuple(rows)
    assert (form.recommending_unit, form.filled_on) == ("示例厅", date(2022, 2, 11))
    assert (form.contact, form.telephone, form.problems) == ("示例人", "010-12345678", ())


def test_several_topics_with_merged_lecturer_and_preprinted_numbers(tmp_path: Path) -> None:
    rows = [[*ROW], [2, "示例网络安全", "示例简介二", "4课时", None, None, None, "示例乙单位", "否"], [3], [4]]

    def edit(sheet: Any) -> None:
        for column in "EFG":
            sheet.merge_cells(f"{column}6:{column}7")

    form = read_form(xlsx(tmp_path / "f.xlsx", rows, edit=edit))
    assert [topic.title for topic in form.topics] == ["示例数字技术", "示例网络安全"]
    assert form.topics[1].lecturer == "示例教师"
    assert (form.topics[1].hours, form.topics[1].national_base) == (4.0, False)
    assert form.problems == ()


def test_one_topic_over_two_rows_names_both_lecturers(tmp_path: Path) -> None:
    rows = [[*ROW], [None, None, None, None, "示例乙教师", "示例乙大学", "教授", None, None]]

    def edit(sheet: Any) -> None:
        for column in "ABCDHI":
            sheet.merge_cells(f"{column}6:{column}7")

    (topic,) = read_form(xlsx(tmp_path / "f.xlsx", rows, edit=edit)).topics
    assert (topic.lecturer, topic.lecturer_unit, topic.lecturer_title) == (
        "示例教师、示例乙教师",
        "示例大学、示例乙大学",
        "教授",
    )


def test_formula_without_saved_result_is_told_and_not_guessed(tmp_path: Path) -> None:
    row = [*ROW]
    row[3] = "=90/45"
    form = read_form(xlsx(tmp_path / "f.xlsx", [row]))
    assert form.topics[0].hours is None
    assert messages(form) == ["paper.form-formula"]


def test_formula_with_saved_result_gives_its_value(tmp_path: Path) -> None:
    row = [*ROW]
    row[3] = "=90/45"
    path = xlsx(tmp_path / "f.xlsx", [row])
    rewrite(path, "xl/worksheets/sheet1.xml", rb"<f>90/45</f><v\s*(/>|></v>)", b"<f>90/45</f><v>2</v>")
    form = read_form(path)
    assert form.topics == (TOPIC,)
    assert form.problems == ()


def rewrite(path: Path, part: str, old: bytes, new: bytes) -> None:
    """Replace a pattern in one part of an office file."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part], count = re.subn(old, new, parts[part])
    assert count == 1
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_missing_fields_are_each_named(tmp_path: Path) -> None:
    def edit(sheet: Any) -> None:
        sheet["A2"], sheet["F2"] = "推荐单位：______", "填报时间：2022年 月 日"
        sheet["F7"] = None

    form = read_form(xlsx(tmp_path / "f.xlsx", [[1, "示例题目"]], edit=edit))
    missing = {"summary", "hours", "lecturer", "lecturer-unit", "lecturer-title", "applicant-unit", "national-base"}
    assert set(messages(form)) == {
        "paper.missing.recommending-unit", "paper.missing.filled-on", "paper.missing.telephone",
        *(f"paper.topic-missing.{name}" for name in missing),
    }  # fmt: skip


def test_wrong_values_are_told_once(tmp_path: Path) -> None:
    row = [1, "示例题目", "简介", "若干", "示例教师", "示例大学", "教授", "示例单位", "待定"]

    def edit(sheet: Any) -> None:
        sheet["F2"] = "填报时间：2022年13月41日"
        sheet["F7"] = "见官网"

    form = read_form(xlsx(tmp_path / "f.xlsx", [row], edit=edit))
    assert sorted(messages(form)) == [
        "paper.wrong.filled-on", "paper.wrong.hours", "paper.wrong.national-base", "paper.wrong.telephone"
    ]  # fmt: skip


def test_fields_given_twice(tmp_path: Path) -> None:
    def edit(sheet: Any) -> None:
        sheet["A12"] = "推荐单位：另一示例厅"
        sheet["J5"] = "课时"

    form = read_form(xlsx(tmp_path / "f.xlsx", [ROW, ROW], edit=edit))
    assert sorted(messages(form)) == ["paper.form-column-twice", "paper.form-field-twice", "paper.form-topic-twice"]
    assert form.recommending_unit == "示例省人社厅"


def test_form_without_a_table(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = "随便写写"
    book.save(tmp_path / "f.xlsx")
    assert "paper.form-no-topics" in messages(read_form(tmp_path / "f.xlsx"))


def test_date_and_telephone_as_numbers(tmp_path: Path) -> None:
    def edit(sheet: Any) -> None:
        sheet["F2"], sheet["G2"] = "填报时间", date(2022, 2, 11)
        sheet["F7"] = 13800000000

    form = read_form(xlsx(tmp_path / "f.xlsx", [ROW], edit=edit))
    assert (form.filled_on, form.telephone, form.problems) == (date(2022, 2, 11), "13800000000", ())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("f.xlsx", b"", "paper.empty"),
        ("f.xlsx", b"not a workbook", "paper.damaged"),
        ("f.xlsx", b"PK\x03\x04cut off", "paper.damaged"),
        ("f.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "paper.encrypted"),
        ("f.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "paper.encrypted"),
        ("f.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "paper.other-format"),
        ("f.toml", b"title = ", "paper.toml-syntax"),
        ("f.toml", b"\xff\xfe\x00", "paper.toml-syntax"),
        ("f.pages", b"x", "paper.other-format"),
    ],
)
def test_unreadable_files(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadPaper) as caught:
        read_form(path)
    assert caught.value.message == message
    assert all(say(message, language, **caught.value.params) for language in LANGUAGES)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(BadPaper, match="unreadable"):
        read_form(tmp_path / "gone.xlsx")


def office_file(parts: dict[str, bytes]) -> bytes:
    """A zip of `parts`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("suffix", [".xlsx", ".docx"])
def test_bombs_are_refused_before_anything_is_parsed(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"f{suffix}"
    path.write_bytes(office_file({"word/document.xml": bytes(40 * 2**20)}))
    with pytest.raises(BadPaper, match="bomb"):
        read_form(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(tmp_path: Path, encoding: str) -> None:
    text = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
    path = tmp_path / "f.docx"
    path.write_bytes(office_file({"word/document.xml": text.encode(encoding)}))
    with pytest.raises(BadPaper, match="entities"):
        read_form(path)


def test_a_merge_over_the_whole_sheet_is_refused(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "f.xlsx", [ROW])
    rewrite(path, "xl/worksheets/sheet1.xml", b'ref="A1:I1"', b'ref="A1:XFD1048576"')
    with pytest.raises(BadPaper, match="bomb"):
        read_form(path)


def test_a_cell_in_the_last_row_does_not_make_reading_slow(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "f.xlsx", [ROW])
    book = load_workbook(path)
    book.active["XFD1048576"] = "x"
    book.save(path)
    assert read_form(path).topics == (TOPIC,)


@pytest.mark.parametrize(
    "text",
    ["2022年2月11日", "2022-02-11", "2022/2/11", "2022.2.11", "20220211", "二〇二二年二月十一日", "２０２２年２月１１日",
     "二○二二年二月十一日", "日期：2022 年 2 月 11 日（章）", "2022-02-11 00:00:00"],
)  # fmt: skip
def test_dates_as_people_write_them(text: str) -> None:
    assert read_date(text) == date(2022, 2, 11)


@pytest.mark.parametrize("text", ["", "2022年 月 日", "2022年2月30日", "明天", "138000000001"])
def test_what_is_no_date(text: str) -> None:
    assert read_date(text) is None


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_date_in_chinese_figures(day: date) -> None:
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    assert read_date(f"{year}年{chinese_figure(day.month)}月{chinese_figure(day.day)}日") == day


@given(st.integers(1, 99))
def test_chinese_figures_round_trip(number: int) -> None:
    assert figure(chinese_figure(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一百零五", 105),
        ("二百", 200),
        ("两", 2),
        ("一二", 12),
        ("十百", None),
        ("甲", None),
        ("", None),
        ("三百二十一", 321),
    ],
)
def test_longer_figures(text: str, number: int | None) -> None:
    assert figure(text) == number


@given(st.text(max_size=30))
def test_any_text_is_read_as_something_or_none(text: str) -> None:
    figure(text)
    read_date(text)
    read_yes(text)
    hours = read_hours(text)
    assert hours is None or 0 < hours <= 200


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("4", 4.0),
        ("4课时", 4.0),
        ("４学时", 4.0),
        ("四", 4.0),
        ("2.5", 2.5),
        ("90分钟", 2.0),
        ("2（90分钟）", 2.0),
        ("2课时(每课时45分钟)", 2.0),
        ("0", None),
        ("-1", None),
        ("900", None),
    ],
)
def test_hours(text: str, hours: float | None) -> None:
    assert read_hours(text) == hours


@pytest.mark.parametrize(
    ("text", "value"),
    [("是", True), ("否", False), ("☑是 □否", True), ("□是 ☑否", False), ("是☑ 否□", True), ("是□否√", False), ("不是", False),
     ("非国家级基地", False), ("国家级", True), ("是（示例基地）", True), ("□是 □否", None), ("待定", None), ("", None)],
)  # fmt: skip
def test_yes_and_no(text: str, value: bool | None) -> None:
    assert read_yes(text) is value
