"""The official layout (公文, GB/T 9704-2012) for every .docx: A4, margins, fonts by name with what stands in for them.

A run names its East Asian font and its Latin one; `fontTable.xml` says what to take where a font is missing.
"""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from station.documents.settings import Settings
from station.text import clean

A4_MM = (210.0, 297.0)
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
}  # fmt: skip


_SIDE_TWIPS = 45
_MARGINS = f"""<w:tblCellMar {nsdecls("w")}><w:left w:w="{_SIDE_TWIPS}" w:type="dxa"/><w:right w:w="{_SIDE_TWIPS}" w:type="dxa"/>
</w:tblCellMar>"""
"""0.8 mm beside what stands in a cell: a timecode fits on a line."""


class OfficialPaper:
    """One document that is being written from top to bottom."""

    def __init__(self, settings: Settings, *, name: str, author: str, made: date, landscape: bool = False) -> None:
        self.settings = settings
        self.document = Document()
        properties = self.document.core_properties
        properties.title, properties.author, properties.comments = clean(name), clean(author), ""
        properties.created = properties.modified = datetime(made.year, made.month, made.day)  # noqa: DTZ001 - the format has no zone
        self._set_page(landscape=landscape)
        self._set_fonts()

    def title(self, text: str) -> None:
        """The document's name, in the middle."""
        self._paragraph(text, "title", self.settings.page.title_pt, "center", after=self.settings.page.line_pt / 2)

    def heading(self, text: str) -> None:
        """The head of a part."""
        self._paragraph(text, "heading", self.settings.page.text_pt, "left", indent=True, keep=True)

    def text(self, text: str, *, keep: bool = False) -> None:
        """A paragraph, its first line two signs in. `keep`: on one page with what follows."""
        self._paragraph(text, "text", self.settings.page.text_pt, "both", indent=True, keep=keep)

    def line(self, text: str, align: str = "left", *, keep: bool = False) -> None:
        """A line without indent: whom it is for, who signs (`align`: left, center or right). `keep`: on one page with what
        follows."""
        self._paragraph(text, "text", self.settings.page.text_pt, align, keep=keep)

    def note(self, text: str) -> None:
        """A small line under a table."""
        self._paragraph(text, "text", self.settings.page.table_pt, "left")

    def table(
        self,
        rows: Sequence[Sequence[str]],
        widths_mm: Sequence[float],
        *,
        heads: int = 1,
        aligns: str = "",
        least_mm: float = 0.0,
    ) -> Any:
        """A ruled table; the first `heads` rows are repeated on every page, and no row is torn by the page's end. `aligns`
        holds `l` or `c` for each column (default: all in the middle); each row is at least `least_mm` high, for a hand to write
        in. The table of python-docx, for merging cells."""
        made = self.document.add_table(rows=len(rows), cols=len(widths_mm))
        made.style, made.alignment, made.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        made._tblPr.append(parse_xml(_MARGINS))  # noqa: SLF001 - python-docx has no word for it
        for column, width in zip(made.columns, widths_mm, strict=True):
            column.width = Mm(width)  # LibreOffice goes by the grid, Word by the cells
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                cell = made.cell(number, column)
                cell.width, cell.vertical_alignment = Mm(widths_mm[column]), WD_CELL_VERTICAL_ALIGNMENT.CENTER
                head = number < heads
                if head and not text:  # joined to the cell before it
                    continue
                align = "left" if not head and aligns[column : column + 1] == "l" else "center"
                self._fill(cell.paragraphs[0], text, "heading" if head else "text", self.settings.page.table_pt, align)
        for number, row in enumerate(made.rows):
            traits = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no word for it
            traits.append(OxmlElement("w:cantSplit"))
            if least_mm:
                made.rows[number].height = Mm(least_mm)
            if number < heads:
                traits.append(OxmlElement("w:tblHeader"))
        return made

    def content(self) -> bytes:
        """The file."""
        target = io.BytesIO()
        self.document.save(target)
        return target.getvalue()

    # ------------------------------------------------------------------ private

    def _paragraph(
        self,
        text: str,
        font: str,
        size: float,
        align: str,
        *,
        indent: bool = False,
        keep: bool = False,
        after: float = 0.0,
    ) -> None:
        paragraph = self.document.add_paragraph()
        self._fill(paragraph, text, font, size, align)
        layout = paragraph.paragraph_format
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(self.settings.page.line_pt)
        layout.space_after, layout.keep_with_next = Pt(after), keep or None
        if indent:
            layout.first_line_indent = Pt(2 * size)  # for readers that do not count in signs
            place = paragraph._p.get_or_add_pPr().get_or_add_ind()  # noqa: SLF001 - python-docx has no word for it
            place.set(qn("w:firstLineChars"), "200")

    def _fill(self, paragraph: Any, text: str, font: str, size: float, align: str) -> None:
        paragraph.alignment = _ALIGN[align]
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(clean(text))
        run.font.size, run.font.name = Pt(size), self.settings.fonts["latin"][0]
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), self.settings.fonts[font][0])  # noqa: SLF001

    def _set_page(self, *, landscape: bool) -> None:
        section, page = self.document.sections[0], self.settings.page
        width, height = (Mm(side) for side in (A4_MM[::-1] if landscape else A4_MM))
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = width, height
        section.top_margin, section.bottom_margin = Mm(page.top_mm), Mm(page.bottom_mm)
        section.left_margin, section.right_margin = Mm(page.left_mm), Mm(page.right_mm)
        self._number_pages(section.footer.paragraphs[0])

    def _number_pages(self, paragraph: Any) -> None:
        """`— 1 —`, as official papers have it."""
        self._fill(paragraph, "— ", "text", self.settings.page.table_pt, "center")
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        shown = OxmlElement("w:r")
        shown.append(OxmlElement("w:t"))
        shown[0].text = "1"  # until the reader counts
        field.append(shown)
        paragraph._p.append(field)  # noqa: SLF001 - python-docx has no word for it
        self._fill(paragraph, " —", "text", self.settings.page.table_pt, "center")

    def _set_fonts(self) -> None:
        """What is not said of a run; and what stands in for a font."""
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = self.settings.fonts["latin"][0], Pt(self.settings.page.text_pt)
        normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), self.settings.fonts["text"][0])
        table = parse_xml(f"<w:fonts {nsdecls('w')}/>")
        for names in self.settings.fonts.values():
            font = OxmlElement("w:font")
            font.set(qn("w:name"), names[0])
            if names[1:]:
                other = OxmlElement("w:altName")
                other.set(qn("w:val"), ",".join(names[1:]))
                font.append(other)
            table.append(font)
        part = self.document.part
        known = next(rel for rel in part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.FONT_TABLE)
        part.drop_rel(known.rId)
        part.relate_to(_font_part(part, table), RELATIONSHIP_TYPE.FONT_TABLE)


def _font_part(part: Any, table: Any) -> Part:
    content = serialize_part_xml(table)
    return Part(PackURI("/word/fontTable.xml"), CONTENT_TYPE.WML_FONT_TABLE, content, part.package)
