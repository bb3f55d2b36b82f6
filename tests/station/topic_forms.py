"""Generated 附件1 forms for tests. Every name in them is a sample (示例)."""

import random
from pathlib import Path
from typing import Any

import docx
from openpyxl import Workbook

HEAD = ["序号", "课件名称", "课件内容简介", "课时", "姓名", "单位", "职称", "单位", "是否国家级继续教育基地"]
GROUPS = {2: "公需科目课件选题", 5: "授课教师", 8: "申报单位"}
AREA = "选题领域"
UNIT, DATE, CONTACT, TELEPHONE = "示例省人社厅", "2022年2月11日", "示例联系人", "010-00000000"


def topic(number: int, **changes: Any) -> dict[str, Any]:
    """One topic of a form."""
    values = {
        "title": f"示例选题{number}", "summary": f"示例简介{number}", "hours": 2, "lecturer": f"示例教师{number}",
        "lecturer_unit": "示例大学", "lecturer_title": "教授", "applicant_unit": f"示例基地{number}", "national_base": "是",
    }  # fmt: skip
    return values | changes


def heads(topics: list[dict[str, Any]]) -> list[str]:
    """The heads of the columns; the notice's form has none for the area, which many add."""
    return [*HEAD, AREA] if any("area" in one for one in topics) else HEAD


def write_xlsx(path: Path, topics: list[dict[str, Any]], unit: str = UNIT) -> Path:
    """The form as a workbook."""
    book = Workbook()
    sheet = book.active
    sheet["A1"], sheet["A2"], sheet["F2"] = "示例选题征集表", f"推荐单位：{unit}", f"填报时间：{DATE}"
    for column, text in GROUPS.items():
        sheet.cell(4, column, text)
    for column, text in enumerate(heads(topics), 1):
        sheet.cell(5, column, text)
    for row, one in enumerate(topics, 6):
        for column, value in enumerate([row - 5, *one.values()], 1):
            sheet.cell(row, column, value)
    foot = 6 + len(topics)
    sheet.cell(foot, 1, f"联系人：{CONTACT}")
    sheet.cell(foot, 5, f"联系电话：{TELEPHONE}")
    book.save(path)
    return path


def write_docx(path: Path, topics: list[dict[str, Any]], unit: str = UNIT) -> Path:
    """The form as a document."""
    document = docx.Document()
    document.add_paragraph(f"推荐单位：{unit}")
    document.add_paragraph(f"填报时间：{DATE}")
    table = document.add_table(rows=2 + len(topics), cols=len(heads(topics)))
    for column, text in GROUPS.items():
        table.cell(0, column - 1).text = text
    for column, text in enumerate(heads(topics)):
        table.cell(1, column).text = text
    for row, one in enumerate(topics, 2):
        for column, value in enumerate([row - 1, *one.values()]):
            table.cell(row, column).text = str(value)
    document.add_paragraph(f"联系人：{CONTACT}")
    document.add_paragraph(f"联系电话：{TELEPHONE}")
    document.save(str(path))
    return path


def write_toml(path: Path, topics: list[dict[str, Any]], unit: str = UNIT) -> Path:
    """The form as text."""
    lines = [
        f'recommending_unit = "{unit}"',
        "filled_on = 2022-02-11",
        f'contact = "{CONTACT}"',
        f'telephone = "{TELEPHONE}"',
    ]
    for one in topics:
        lines += [
            "[[topic]]",
            *(f"{key} = {value if isinstance(value, int) else repr(value)}" for key, value in one.items()),
        ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


WRITERS = {".xlsx": write_xlsx, ".docx": write_docx, ".toml": write_toml}


def write_folder(folder: Path, count: int, *, seed: int = 1) -> Path:
    """So many forms with one topic each, in all formats, and files that are none."""
    folder.mkdir(parents=True, exist_ok=True)
    order = random.Random(seed)
    for number in range(1, count + 1):
        suffix = order.choice(list(WRITERS))
        WRITERS[suffix](folder / f"示例{number:03}{suffix}", [topic(number)], f"示例推荐单位{number % 7}")
    (folder / "示例损坏.xlsx").write_bytes(b"PK\x03\x04 broken")
    (folder / "示例旧格式.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (folder / "示例无关.docx").write_bytes(b"")
    (folder / ".hidden.xlsx").write_bytes(b"x")
    (folder / "示例视频.mp4").write_bytes(b"x")
    return folder
