"""Damaged papers: bytes changed, cut out, doubled. Every reader answers with a value or with BadPaper, nothing else."""

import io
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image, ImageDraw

from station.errors import BadPaper
from station.papers.form import read_form
from station.papers.letter import read_letter
from station.papers.quiz import read_quizzes
from station.papers.read import read_papers

READERS: dict[str, tuple[Callable[[Path], object], ...]] = {
    ".xlsx": (read_form, read_quizzes),
    ".docx": (read_form, read_quizzes, read_letter),
    ".pdf": (read_letter,),
    ".png": (read_letter,),
    ".jpg": (read_letter,),
    ".toml": (read_form,),
    ".txt": (read_quizzes,),
}


@cache
def good(suffix: str) -> bytes:
    """A small paper of each format."""
    buffer = io.BytesIO()
    if suffix == ".xlsx":
        book = Workbook()
        book.active.append(["课件名称", "课时", "姓名", "题干", "答案", "A"])
        book.active.append(["示例", "=1+1", "示例教师", "题", "A", "甲"])
        book.active.merge_cells("A3:C4")
        book.save(buffer)
    elif suffix == ".docx":
        document = docx.Document()
        document.add_paragraph("承诺书 知识产权", style="List Number")
        document.add_table(2, 2).cell(0, 0).merge(document.tables[0].cell(1, 0)).text = "课件名称"
        picture = io.BytesIO()
        Image.new("RGB", (20, 20), "red").save(picture, "PNG")
        document.add_picture(picture)
        document.save(buffer)
    elif suffix in {".pdf", ".png", ".jpg"}:
        page = Image.new("RGB", (120, 170), "white")
        ImageDraw.Draw(page).ellipse([60, 100, 100, 140], outline=(200, 30, 30), width=4)
        page.save(buffer, {".pdf": "PDF", ".png": "PNG", ".jpg": "JPEG"}[suffix])
    elif suffix == ".toml":
        return 'contact = "示例"\nfilled_on = 2022-02-11\n[[topic]]\ntitle = "示例"\nhours = 2\n'.encode()
    else:
        return "第1讲\n1. 题\nA. 甲\nB. 乙\n答案：A\n".encode()
    return buffer.getvalue()


changes = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.binary(max_size=12)), min_size=1, max_size=4)
"""Where (share of the file), how many bytes go, what comes instead."""


def changed(data: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    """The file after the edits."""
    for place, gone, new in edits:
        start = int(place * len(data))
        data = data[:start] + new + data[start + gone :]
    return data


def read(path: Path) -> None:
    """Every reader of the format: a value or BadPaper."""
    for reader in READERS[path.suffix]:
        try:
            reader(path)
        except BadPaper as error:
            assert path.name in str(error.params["file"])  # noqa: PT017 - the error may come or not


@pytest.mark.parametrize("suffix", READERS)
def test_the_good_paper_is_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"f{suffix}"
    path.write_bytes(good(suffix))
    for reader in READERS[suffix]:
        assert reader(path)


@pytest.mark.parametrize("suffix", READERS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=changes)
def test_changed_bytes(tmp_path: Path, suffix: str, edits: list[tuple[float, int, bytes]]) -> None:
    path = tmp_path / f"f{suffix}"
    path.write_bytes(changed(good(suffix), edits))
    read(path)


@pytest.mark.parametrize("suffix", [".xlsx", ".docx"])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.integers(0, 40), edits=changes)
def test_changed_bytes_inside_an_office_file(
    tmp_path: Path, suffix: str, part: int, edits: list[tuple[float, int, bytes]]
) -> None:
    path = tmp_path / f"f{suffix}"
    with zipfile.ZipFile(io.BytesIO(good(suffix))) as old, zipfile.ZipFile(path, "w") as new:
        names = old.namelist()
        for name in names:
            content = old.read(name)
            new.writestr(name, changed(content, edits) if name == names[part % len(names)] else content)
    read(path)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(READERS)), st.sampled_from(["附件1", "测试题", "承诺书", "其他"]), st.binary(max_size=300)
)
def test_any_bytes_under_any_name(tmp_path: Path, suffix: str, name: str, content: bytes) -> None:
    path = tmp_path / f"{name}{suffix}"
    path.write_bytes(content)
    papers = read_papers(tmp_path, lessons=[])
    assert papers.lessons == 0
    path.unlink()
