"""附件3: the commitment letter, typed or scanned, with and without its seal."""

import io
import zlib
from contextlib import suppress
from datetime import date
from pathlib import Path

import docx
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter
from pypdf import PdfWriter

from station.errors import BadPaper
from station.papers.letter import read_letter
from station.papers.picture import open_picture
from station.papers.seal import SEAL_HINT, seal_share
from station.text import LANGUAGES, say

LETTER = """公需科目课件知识产权保护承诺书
我单位自愿申报并免费共享专业技术人才知识更新工程 2022 年公需科目 {course} 选题的课件，按照要求和标准完成课件制作并承诺：
我单位对上述选题课件拥有完全的知识产权。
申报单位名称（盖章）：{unit}
申报单位负责人签字：
日期：{date}"""
A4 = (1654, 2339)
"""210 × 297 mm at 200 dpi."""


def scan(*, seal: bool, size: tuple[int, int] = A4, ink: tuple[int, int, int] = (200, 40, 45)) -> Image.Image:
    """A page of black lines, and a red seal of 42 mm with a ring and a star on it."""
    page = Image.new("RGB", size, (250, 248, 245))
    draw = ImageDraw.Draw(page)
    scale = size[0] / 210
    for line in range(40, 200, 9):
        draw.line([(25 * scale, line * scale), (185 * scale, line * scale)], fill=(20, 20, 20), width=int(scale))
    if seal:
        centre, radius = (140 * scale, 225 * scale), 21 * scale
        box = [centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius]
        draw.ellipse(box, outline=ink, width=int(1.2 * scale))
        draw.regular_polygon((*centre, 6 * scale), 5, fill=ink)
    return page


def save(image: Image.Image, path: Path, **options: object) -> Path:
    """Write a picture."""
    image.save(path, **options)
    return path


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_seal_in_a_scan(tmp_path: Path, suffix: str) -> None:
    sealed = read_letter(save(scan(seal=True), tmp_path / f"承诺书{suffix}"))
    plain = read_letter(save(scan(seal=False), tmp_path / f"无章{suffix}"))
    assert sealed.seal_share is not None
    assert plain.seal_share is not None
    assert sealed.seal_share >= SEAL_HINT > 0.01 >= plain.seal_share
    assert (sealed.pages, sealed.text, sealed.problems) == (1, "", ())


@pytest.mark.parametrize("ink", [(200, 40, 45), (230, 110, 105), (150, 20, 30), (225, 60, 110)])
def test_inks_from_pale_to_dark(ink: tuple[int, int, int]) -> None:
    assert seal_share(scan(seal=True, ink=ink)) >= SEAL_HINT


@pytest.mark.parametrize("tint", [(250, 240, 220), (200, 180, 160), (230, 215, 215), (90, 90, 90)])
def test_yellowed_and_dim_paper_is_no_seal(tint: tuple[int, int, int]) -> None:
    page = scan(seal=False)
    page.paste(Image.blend(page, Image.new("RGB", A4, tint), 0.5))
    assert seal_share(page) < SEAL_HINT


@pytest.mark.parametrize("colour", [(190, 140, 110), (150, 90, 60), (225, 180, 150), (200, 150, 60), (120, 60, 30)])
def test_skin_wood_and_gold_are_no_seal(colour: tuple[int, int, int]) -> None:
    noise = np.random.default_rng(1).normal(0, 8, (800, 600, 3))
    picture = np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)
    assert seal_share(Image.fromarray(picture)) < SEAL_HINT


def test_a_faint_blurred_seal_in_a_poor_jpeg(tmp_path: Path) -> None:
    page = scan(seal=True, ink=(225, 125, 122)).filter(ImageFilter.GaussianBlur(3))
    assert seal_share(Image.open(save(page, tmp_path / "s.jpg", quality=30))) >= SEAL_HINT


def test_a_grey_scan_has_no_red() -> None:
    assert seal_share(scan(seal=True).convert("L")) == 0.0


def test_a_seal_on_a_transparent_layer() -> None:
    layer = Image.new("RGBA", (400, 400), (255, 0, 0, 0))
    assert seal_share(layer.copy()) == 0.0
    ImageDraw.Draw(layer).ellipse([20, 20, 380, 380], outline=(220, 30, 30, 255), width=24)
    assert seal_share(layer) > SEAL_HINT


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (50, 50)])
def test_odd_shapes_are_measured(size: tuple[int, int]) -> None:
    assert seal_share(Image.new("RGB", size, (255, 0, 0))) == 1.0
    assert seal_share(Image.new("L", size, 128)) == 0.0


def test_scanned_pdf(tmp_path: Path) -> None:
    save(scan(seal=True), tmp_path / "承诺书.pdf", resolution=200, append_images=[scan(seal=False)], save_all=True)
    letter = read_letter(tmp_path / "承诺书.pdf")
    assert (letter.pages, letter.text, letter.problems) == (2, "", ())
    assert letter.seal_share is not None
    assert letter.seal_share >= SEAL_HINT


def test_typed_in_word(tmp_path: Path) -> None:
    document = docx.Document()
    for line in LETTER.format(course="《示例数字技术》", unit="示例大学", date="2022年2月11日").split("\n"):
        document.add_paragraph(line)
    buffer = io.BytesIO()
    scan(seal=True).save(buffer, "PNG")
    document.add_picture(buffer)
    document.save(str(tmp_path / "附件3.docx"))
    letter = read_letter(tmp_path / "附件3.docx")
    assert (letter.course, letter.unit, letter.dated) == ("示例数字技术", "示例大学", date(2022, 2, 11))
    assert letter.problems == ()
    assert letter.seal_share is not None


def test_typed_and_left_blank(tmp_path: Path) -> None:
    document = docx.Document()
    for line in LETTER.format(course="_____", unit="", date="2022 年 月 日").split("\n"):
        document.add_paragraph(line)
    document.save(str(tmp_path / "承诺书.docx"))
    letter = read_letter(tmp_path / "承诺书.docx")
    assert (letter.course, letter.unit, letter.dated, letter.seal_share) == ("", "", None, None)
    messages = [problem.message for problem in letter.problems]
    assert messages == ["paper.letter-no-course", "paper.letter-no-unit", "paper.letter-no-date"]
    assert all(say(p.message, language, **p.params) for p in letter.problems for language in LANGUAGES)


def pdf(path: Path, pages: int, password: str = "", owner: str = "") -> Path:
    """A PDF of blank pages."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if password or owner:
        writer.encrypt(password, owner or None, algorithm="RC4-128")
    with path.open("wb") as file:
        writer.write(file)
    return path


def test_encrypted_pdf(tmp_path: Path) -> None:
    with pytest.raises(BadPaper, match="encrypted"):
        read_letter(pdf(tmp_path / "l.pdf", 1, password="geheim"))


def test_pdf_that_is_only_protected_against_changes(tmp_path: Path) -> None:
    letter = read_letter(pdf(tmp_path / "l.pdf", 3, owner="geheim"))
    assert (letter.pages, letter.seal_share) == (3, None)


def test_pdf_without_pages(tmp_path: Path) -> None:
    assert [p.message for p in read_letter(pdf(tmp_path / "l.pdf", 0)).problems] == ["paper.letter-no-pages"]


@pytest.mark.parametrize("name", ["l.pdf", "l.jpg", "l.png", "l.docx"])
@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\ncut", b"\xff\xd8\xff\xe0cut", b"\x89PNG\r\n\x1a\ncut", b"text"])
def test_damaged_files(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadPaper) as caught:
        read_letter(path)
    assert caught.value.message in {"paper.empty", "paper.damaged"}


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("name", ["l.pdf", "l.jpg", "l.png"])
def test_files_cut_short(tmp_path: Path, name: str, share: float) -> None:
    path = save(scan(seal=True, size=(400, 566)), tmp_path / name)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with suppress(BadPaper):  # Pillow and pypdf save what they can of some
        assert read_letter(path).pages


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that claims to be huge."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"

    def chunk(kind: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(999))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(60_000, 60_000), (12_000, 12_000)])
def test_picture_bombs(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "l.png").write_bytes(bomb(*size))
    with pytest.raises(BadPaper, match="bomb"):
        read_letter(tmp_path / "l.png")
    with pytest.raises(ValueError, match=r"×|limit"):
        open_picture(bomb(*size))
