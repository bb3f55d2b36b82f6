"""The papers of the sample submission: a filled 附件1 form, a quiz for each lesson, and a scanned commitment letter."""

from pathlib import Path

import numpy as np
from docx import Document
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from PIL import Image, ImageDraw, ImageFilter

from station.demo.slides import font
from station.text import say

HOURS = 2
QUESTIONS = 5
PAGE = (1240, 1754)
"""A4 at 150 dpi."""
SEAL_RED = (205, 38, 38)


def write_papers(folder: Path) -> None:
    """All papers of the sample submission, into `folder`."""
    write_form(folder / say("demo.file-form"))
    write_quiz_docx(folder / say("demo.file-quiz-1"), 1)
    write_quiz_text(folder / say("demo.file-quiz-2"), 2)
    write_letter(folder / say("demo.file-letter"))


def write_form(path: Path) -> None:
    """The form as the notice lays it out: two rows of heads with joined cells, one topic."""
    book = Workbook()
    sheet = book.active
    sheet.merge_cells("A1:I1")
    sheet["A1"] = say("demo.form-heading")
    sheet["A1"].font = Font(size=16, bold=True)
    sheet.merge_cells("A2:I2")
    sheet["A2"] = say("demo.form-recommending", unit=say("demo.recommending-unit"))
    sheet.merge_cells("A3:I3")
    sheet["A3"] = say("demo.form-date")
    for area, head in (("A4:A5", "number"), ("B4:D4", "courseware"), ("E4:G4", "lecturer"), ("H4:I4", "applicant")):
        sheet.merge_cells(area)
        sheet[area.split(":")[0]] = say(f"demo.form-{head}")
    for column, head in zip(
        "BCDEFGHI", ("title", "summary", "hours", "name", "unit", "rank", "unit", "base"), strict=True
    ):
        sheet[f"{column}5"] = say(f"demo.form-{head}")
    topic = (
        1,
        say("demo.course"),
        say("demo.summary"),
        HOURS,
        say("demo.lecturer"),
        say("demo.lecturer-unit"),
        say("demo.lecturer-title"),
        say("demo.applicant-unit"),
        say("demo.form-yes"),
    )
    for column, value in zip("ABCDEFGHI", topic, strict=True):
        sheet[f"{column}6"] = value
    foot = (
        say("demo.form-contact", name=say("demo.contact")),
        say("demo.form-telephone", number=say("demo.telephone")),
        say("demo.form-remark"),
    )
    for row, text in enumerate(foot, start=8):
        sheet.merge_cells(f"A{row}:I{row}")
        sheet[f"A{row}"] = text
    _lay_out(sheet)
    book.save(path)


def _lay_out(sheet: object) -> None:
    """Frame the table, wrap what is long, and give the columns their width."""
    line = Side(style="thin")
    for row in sheet["A4:I6"]:  # type: ignore[index]
        for cell in row:
            cell.border = Border(left=line, right=line, top=line, bottom=line)
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    for column, width in zip("ABCDEFGHI", (6, 24, 40, 6, 12, 16, 10, 26, 12), strict=True):
        sheet.column_dimensions[column].width = width  # type: ignore[attr-defined]


def write_quiz_docx(path: Path, ordinal: int) -> None:
    """A quiz as most people write it: questions, options and answers as paragraphs."""
    document = Document()
    document.add_heading(say("demo.quiz-heading", ordinal=ordinal), level=1)
    for line in quiz_lines(ordinal)[1:]:
        document.add_paragraph(line)
    document.save(str(path))


def write_quiz_text(path: Path, ordinal: int) -> None:
    """The same as plain text."""
    path.write_text("\n".join(quiz_lines(ordinal)) + "\n", encoding="utf-8")


def quiz_lines(ordinal: int) -> list[str]:
    """Heading, four questions with one answer, one with several."""
    lines = [say("demo.quiz-heading", ordinal=ordinal), say("demo.quiz-single")]
    for number in range(1, QUESTIONS + 1):
        text, *options, answer = say(f"demo.quiz-{ordinal}-{number}").split("|")
        if number == QUESTIONS:
            lines.append(say("demo.quiz-many"))
        lines.append(f"{number}. {text}")
        lines += [f"{letter}. {option}" for letter, option in zip("ABCD", options, strict=True)]
        lines.append(say("demo.quiz-answer", letters=answer))
    return lines


def write_letter(path: Path) -> None:
    """The commitment letter as a scan: text, signature, a round red seal, paper's grain, a little askew."""
    page = Image.new("RGB", PAGE, (250, 248, 243))
    draw = ImageDraw.Draw(page)
    draw.text((PAGE[0] / 2, 260), say("demo.letter-heading"), font=font(52), fill=(30, 30, 34), anchor="mm")
    body = say("demo.letter-body", course=say("demo.course")).split("|")
    for row, line in enumerate(body):
        draw.text((170, 460 + 90 * row), line, font=font(34), fill=(40, 40, 44))
    signs = (
        say("demo.letter-unit", unit=say("demo.applicant-unit")),
        say("demo.letter-signature"),
        say("demo.letter-date"),
    )
    for row, line in enumerate(signs):
        draw.text((330, 1080 + 100 * row), line, font=font(36), fill=(40, 40, 44))
    seal = _seal(248, say("demo.applicant-unit"))
    page.paste(SEAL_RED, (760, 1010), seal)
    scan = page.rotate(0.8, resample=Image.Resampling.BICUBIC, fillcolor=(228, 226, 220)).filter(
        ImageFilter.GaussianBlur(0.6)
    )
    grain = np.random.default_rng(3).normal(0, 5, (PAGE[1], PAGE[0], 1))
    noisy = np.clip(np.asarray(scan).astype(np.float32) + grain, 0, 255).astype(np.uint8)
    Image.fromarray(noisy).save(path, quality=88, dpi=(150, 150))


def _seal(side: int, unit: str) -> Image.Image:
    """A round seal as a mask: ring, star, the unit's name along the ring, and underneath that it is a sample."""
    mask = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(mask)
    draw.ellipse((4, 4, side - 4, side - 4), outline=215, width=9)
    middle = side / 2
    points = []
    for k in range(10):
        radius, angle = (side * 0.15 if k % 2 == 0 else side * 0.06), np.pi * (k / 5 - 0.5)
        points.append((middle + radius * np.cos(angle), middle + radius * np.sin(angle)))
    draw.polygon(points, fill=215)
    step = 270 / max(1, len(unit) - 1)
    for place, sign in enumerate(unit):
        glyph = Image.new("L", (36, 36), 0)
        ImageDraw.Draw(glyph).text((18, 18), sign, font=font(26), fill=215, anchor="mm")
        angle = -135 + step * place
        turned = glyph.rotate(-angle, resample=Image.Resampling.BICUBIC)
        radians = np.deg2rad(angle - 90)
        spot = (int(middle + side * 0.38 * np.cos(radians)) - 18, int(middle + side * 0.38 * np.sin(radians)) - 18)
        mask.paste(215, spot, turned)
    draw.text((middle, side * 0.76), say("demo.letter-seal"), font=font(24), fill=215, anchor="mm")
    return mask
