"""The signs of a written quiz: how a question, an option, an answer, a heading begin. All patterns match folded text."""

import re

from station.papers._figures import FIGURE, figure, fold

QUESTION = re.compile(
    r"\s*(?:"
    rf"第\s*(?P<ordinal>{FIGURE})\s*[题道]\s*[.、:)]?"
    rf"|\(\s*(?P<bracket>{FIGURE})\s*\)\s*[.、]?"
    r"|(?:题目?|Q|q)?\s*(?P<plain>\d{1,3})\s*(?:[.](?!\d)|[、:)])"
    r"|(?P<chinese>[一二三四五六七八九十]{1,3})\s*[、.]"
    r")\s*"
)
"""`1.` `1、` `1)` `（1）` `第1题` `一、` `Q1.` at the head of a line."""
OPTION = re.compile(r"(?P<open>\()?\s*(?P<letter>[A-Ha-h])\s*(?(open)\)\s*[.、:]?|[.、:)])\s*")
"""`A.` `A、` `A)` `(A)` `A:`."""
BARE_OPTION = re.compile(r"\s*(?P<letter>[A-H])\s+(?=[^\x00-\x7f])")
"""`A 甲`: a letter and a blank before Chinese text, at the head of a line."""
LETTERS = r"[A-Ha-h](?:[\s,、;，和与及]*[A-Ha-h])*"
ANSWER = re.compile(
    r"[\[【(]?\s*(?:(?:正确|参考|标准|本题)?\s*答案|正确选项|答|answer)\s*(?:为|是)?\s*[\]】)]?\s*(?:为|是)?\s*[:.]?\s*",
    re.IGNORECASE,
)
"""`答案：` `正确答案` `【答案】` `答案为`."""
ANSWER_IN_STEM = re.compile(rf"[(\[【]\s*(?P<answer>{LETTERS}|[√×✓✔✗xX对错]|正确|错误)\s*[)\]】]")
EXPLANATION = re.compile(r"\s*[\[【(]?\s*(?:答案)?(?:解析|分析|考点|知识点|出处|难度|分值|解释)\s*[\]】)]?\s*[:：]?")
KEY_HEADING = re.compile(
    r"\s*(?:附件?|[一二三四五六七八九十]+、)?\s*[:：]?\s*[\[【(]?\s*(?:参考|正确|标准|测试题?|试题|测验)*答案(?:及解析)?\s*[\]】)]?\s*[:：]?\s*$"
)
KIND = re.compile(
    r"(?P<many>多选|多项选择|不定项)|(?P<one>单选|单项选择|选择题)|(?P<judge>判断|是非)|(?P<other>填空|简答|问答|论述)"
)
_LESSON = rf"(?:第\s*(?P<zh>{FIGURE})\s*(?:课时|学时|课|讲|节|章|单元|集)|(?:课时|lesson|unit)\s*[-_ ]?(?P<en>\d{{1,3}})(?!\d))"
LESSON = re.compile(_LESSON, re.IGNORECASE)
LESSON_HEADING = re.compile(
    rf"[\s#*【\[]*{_LESSON}[\s\]】]*(?=$|[:、.《\"“(\-—*]|\d|(?<=\s)\S|[^。?，,;；]{{0,20}}(?:测试|测验|习题|试题|练习|作业|quiz|答案))[\s:、*]*(?![^。]*(?:\(\s*\)|\?))",
    re.IGNORECASE,
)
"""`第3讲 数据安全` `第一课时测试题` `【课时2】` `Lesson 4: …` at the head of a line; never a stem that asks something."""
TRUE_SIGNS, FALSE_SIGNS = (
    frozenset({"√", "✓", "✔", "对", "正确", "T", "t"}),
    frozenset({"×", "✗", "x", "X", "错", "错误", "F", "f"}),
)


def letters_of(text: str) -> str:
    """`A、B D` → `ABD`: the letters in order, once each."""
    return "".join(sorted({sign for sign in fold(text).upper() if "A" <= sign <= "H"}))


def lesson_number(text: str) -> int | None:
    """The lesson that a heading or a file name speaks of: 第3讲, 第一课时, 课时2, lesson-4."""
    match = LESSON.search(fold(text))
    return figure(match["zh"] or match["en"]) if match else None


def section_kind(line: str) -> str | None:
    """`many`, `one`, `judge` or `other` when the line is a heading such as 二、多选题（每题2分）; None when it is none."""
    folded = fold(line).strip()
    match = KIND.search(folded)
    if match is None or len(folded) > 40 or "?" in folded or re.search(r"\(\s*\)|___", folded):
        return None
    heading = re.fullmatch(
        rf"(?:第?[({{]?\s*{FIGURE}\s*[)}}]?\s*(?:部分|大题)?\s*[、.:]?\s*)?(?:[^,，。:]{{0,8}})(?:多选|多项选择|不定项(?:选择)?|单选|单项选择|选择|判断|是非|填空|简答|问答|论述)题?(?:\(.*\)|[:,，。;；].*)?[:]?",
        folded,
    )
    return match.lastgroup if heading else None


def split_options(text: str, expected: str) -> tuple[str, list[tuple[str, str]]]:
    """Text before the first option, and the options that follow in order from the letter `expected` on.

    An option's sign counts only when its letter is the next one and no Latin letter or digit stands before it, so that
    `USB.` or `plan B.` inside a text does not begin an option.
    """
    folded = fold(text)
    places: list[tuple[int, int, str]] = []
    wanted = expected
    for match in OPTION.finditer(folded):
        letter = match["letter"].upper()
        before = folded[match.start() - 1] if match.start() else " "
        if letter == wanted and not re.match(r"[A-Za-z0-9_]", before):
            places.append((match.start(), match.end(), letter))
            wanted = chr(ord(wanted) + 1)
    if not places and (bare := BARE_OPTION.match(folded)) and bare["letter"] == expected:
        places = _bare_options(folded, expected)
    if not places:
        return text, []
    ends = [start for start, _, _ in places[1:]] + [len(text)]
    options = []
    for (_, begin, letter), end in zip(places, ends, strict=True):
        options.append((letter, text[begin:end].strip(" \t;；\u3000")))
    return text[: places[0][0]], options


def _bare_options(folded: str, expected: str) -> list[tuple[int, int, str]]:
    places = []
    for match in re.finditer(r"(?:(?<=\s)|^)([A-H])\s+(?=[^\x00-\x7f])", folded):
        if match[1] == expected:
            places.append((match.start(), match.end(), expected))
            expected = chr(ord(expected) + 1)
    return places
