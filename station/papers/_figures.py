"""Figures and dates as people write them in Chinese papers."""

import os
import re
from datetime import date

DIGITS = "〇一二三四五六七八九"
FIGURE = r"(?:\d{1,4}|[〇零○Ｏ一二三四五六七八九十百两]{1,6})"
"""A number in Arabic or Chinese figures, as a pattern."""
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}


def fold(text: str) -> str:
    """Full-width signs as half-width ones, place by place: positions in the folded text are positions in the text."""
    return text.translate(_WIDE)


def squeeze(text: str) -> str:
    """Folded, without any blank, lower case: for comparing what people typed."""
    return re.sub(r"\s+", "", fold(text)).lower()


def readable_name(name: str) -> str:
    """A file name for looking for words in it: one that came in GB 18030 (surrogate escapes) is decoded as such."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", errors="replace")
    return name


def figure(text: str) -> int | None:
    """`12`, `十二`, `二十`, `一百零五` → the number; None for anything else. 0–999 in Chinese figures."""
    text = fold(text).strip()
    if text.isdecimal():
        return int(text)
    text = text.replace("零", "〇").replace("○", "〇").replace("两", "二")
    if text and all(sign in DIGITS for sign in text):
        return int("".join(str(DIGITS.index(sign)) for sign in text))
    match = re.fullmatch(rf"(?:([{DIGITS[1:]}])百)?(?:〇?([{DIGITS[1:]}])?(十))?(?:〇?([{DIGITS[1:]}]))?", text)
    if match is None or not text:
        return None
    hundreds, tens, ten, ones = match.groups()
    value = 100 * DIGITS.index(hundreds) if hundreds else 0
    value += 10 * DIGITS.index(tens or "一") if ten else 0
    return value + (DIGITS.index(ones) if ones else 0)


def chinese_figure(number: int) -> str:
    """1–99 as 一 … 九十九; others in Arabic figures."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else DIGITS[tens] + "十")
    return head + (DIGITS[ones] if ones else "")


_DATE = re.compile(
    rf"(?P<year>\d{{4}}|[〇零○Ｏ一二三四五六七八九]{{4}})\s*[年./-]\s*(?P<month>{FIGURE})\s*[月./-]\s*(?P<day>{FIGURE})\s*[日号]?"
)
_PLAIN = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?!\d)")


def read_date(text: str) -> date | None:
    """The first date in `text`: 2022年2月11日, 2022-02-11, 2022/2/11, 2022.2.11, 20220211, 二〇二二年二月十一日."""
    folded = fold(text).replace("O", "〇")
    match = _DATE.search(folded) or _PLAIN.search(folded)
    if match is None:
        return None
    year, month, day = (figure(match[part]) for part in ("year", "month", "day"))
    try:
        return date(year or 0, month or 0, day or 0)
    except ValueError:
        return None
