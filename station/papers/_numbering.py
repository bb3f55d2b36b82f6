"""The numbers Word shows before list paragraphs ("1.", "A.", "一、"): they stand nowhere in the text and must be counted."""

from xml.etree.ElementTree import Element

from station.papers._figures import chinese_figure

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Numbering:
    """Counts list paragraphs in document order; ask for every paragraph once."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self._lists: dict[str, str] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        self._counts: dict[tuple[str, int], int] = {}
        if numbering is not None:
            self._read_lists(numbering)
        if styles is not None:
            self._read_styles(styles)

    def label(self, paragraph: Element) -> str:
        """What Word prints before the paragraph; empty when it is in no numbered list."""
        found = _reference(paragraph.find(f"{W}pPr"))
        if found is None:
            style = paragraph.find(f"{W}pPr/{W}pStyle")
            found = self._styles.get(style.get(f"{W}val", "")) if style is not None else None
        if found is None or found[0] not in self._lists:
            return ""
        number, level = found
        abstract = self._lists[number]
        if (abstract, level) not in self._levels:
            return ""
        return self._next(number, abstract, level)

    def _next(self, number: str, abstract: str, level: int) -> str:
        kind, pattern, start = self._levels[abstract, level]
        self._counts[number, level] = self._counts.get((number, level), start - 1) + 1
        for key in [key for key in self._counts if key[0] == number and key[1] > level]:
            del self._counts[key]
        if kind in {"bullet", "none"}:
            return ""
        for depth in range(level + 1):
            own = self._levels.get((abstract, depth), ("decimal", "", 1))
            count = self._counts.get((number, depth), own[2])
            pattern = pattern.replace(f"%{depth + 1}", _figure(count, own[0]))
        return pattern + " "

    def _read_lists(self, numbering: Element) -> None:
        for abstract in numbering.findall(f"{W}abstractNum"):
            name = abstract.get(f"{W}abstractNumId", "")
            for level in abstract.findall(f"{W}lvl"):
                self._levels[name, int(level.get(f"{W}ilvl", "0"))] = (
                    _value(level, "numFmt", "decimal"),
                    _value(level, "lvlText", ""),
                    int(_value(level, "start", "1")),
                )
        for row in numbering.findall(f"{W}num"):
            self._lists[row.get(f"{W}numId", "")] = _value(row, "abstractNumId", "")

    def _read_styles(self, styles: Element) -> None:
        for style in styles.findall(f"{W}style"):
            if found := _reference(style.find(f"{W}pPr")):
                self._styles[style.get(f"{W}styleId", "")] = found


def _reference(properties: Element | None) -> tuple[str, int] | None:
    listed = properties.find(f"{W}numPr") if properties is not None else None
    if listed is None or listed.find(f"{W}numId") is None:
        return None
    return _value(listed, "numId", "0"), int(_value(listed, "ilvl", "0"))


def _value(parent: Element, name: str, otherwise: str) -> str:
    child = parent.find(f"{W}{name}")
    return child.get(f"{W}val", otherwise) if child is not None else otherwise


def _figure(count: int, kind: str) -> str:
    if kind in {"upperLetter", "lowerLetter"}:
        letter = chr(ord("A") + (count - 1) % 26)
        return letter if kind == "upperLetter" else letter.lower()
    if kind.startswith(("chinese", "ideograph", "japaneseCounting", "taiwanese")):
        return chinese_figure(count)
    return str(count)
