"""Quizzes in the shapes people write them, back as the same questions."""

from dataclasses import dataclass
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from station.errors import BadPaper
from station.papers._figures import chinese_figure
from station.papers.quiz import decode, read_quiz, read_quizzes
from station.papers.types import Question, Quiz
from station.text import LANGUAGES, say


def write(folder: Path, text: str, name: str = "测试题.txt", encoding: str = "utf-8") -> Path:
    """A text file."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def read(folder: Path, text: str, name: str = "测试题.txt") -> Quiz:
    """Read a text as one quiz; every problem must be sayable."""
    quiz = read_quiz(write(folder, text, name))
    for problem in quiz.problems:
        assert all(say(problem.message, language, **problem.params) for language in LANGUAGES)
    return quiz


def ids(quiz: Quiz) -> list[str]:
    """Text ids of the problems."""
    return [problem.message for problem in quiz.problems]


# Round trip: random questions in random shapes.

WORDS = "数据安全网络个人信息保护法规定的是在与应急管理科学精神绿色低碳创新"
LATIN = ["", " USB", "5G", "2021年", "IPv6地址", "3.5倍", "plan B", "（含）", "《示例法》", "，其中", "1580"]
phrase = st.builds(
    lambda head, extra, tail: (head + extra + tail).strip(),
    st.text(WORDS, min_size=2, max_size=8),
    st.sampled_from(LATIN),
    st.text(WORDS, min_size=1, max_size=6),
)
NUMBERS = {
    "dot": lambda n: f"{n}. ", "mark": lambda n: f"{n}、", "bracket": lambda n: f"（{n}）", "half": lambda n: f"({n}) ",
    "ordinal": lambda n: f"第{n}题 ", "chinese": lambda n: f"{chinese_figure(n)}、", "wide": lambda n: f"{n}．",
    "ordinal-zh": lambda n: f"第{chinese_figure(n)}题：",
}  # fmt: skip
OPTIONS = {
    "dot": "{}. {}", "mark": "{}、{}", "bracket": "({}) {}", "wide": "{}．{}", "wide-bracket": "（{}）{}", "half": "{}) {}", "colon": "{}：{}",
}  # fmt: skip
LAYOUTS = ("lines", "spaces", "tabs", "pairs", "semicolons")
ANSWERS = ("line", "bold", "right", "stem", "after-option", "range", "items", "spaced", "next-line")


@dataclass(frozen=True)
class Shape:
    """How a quiz is written."""

    number: str
    option: str
    layout: str
    answer: str


@st.composite
def questions(draw: st.DrawFn) -> tuple[Question, ...]:
    """Distinct questions, numbered from 1."""
    stems = draw(st.lists(phrase, min_size=1, max_size=6, unique=True))
    found = []
    for number, stem in enumerate(stems, 1):
        texts = draw(st.lists(phrase, min_size=2, max_size=5))
        letters = "ABCDE"[: len(texts)]
        answer = draw(st.lists(st.sampled_from(letters), min_size=1, unique=True))
        found.append(Question(number, stem, tuple(zip(letters, texts, strict=True)), "".join(sorted(answer))))
    return tuple(found)


shapes = st.builds(
    Shape, st.sampled_from([*NUMBERS]), st.sampled_from([*OPTIONS]), st.sampled_from(LAYOUTS), st.sampled_from(ANSWERS)
)


def written(quiz: tuple[Question, ...], shape: Shape) -> str:
    """The quiz as a person might have typed it."""
    lines = []
    for question in quiz:
        stem = f"{question.text}（ {question.answer} ）" if shape.answer == "stem" else question.text
        lines.append(NUMBERS[shape.number](question.number) + stem)
        options = [OPTIONS[shape.option].format(letter, text) for letter, text in question.options]
        if shape.answer == "after-option":
            options[-1] += f"  答案：{question.answer}"
        lines += laid_out(options, shape.layout)
        lines += {
            "line": [f"答案：{question.answer}"],
            "bold": [f"【正确答案】{question.answer}", "【解析】见讲义第三章，A项不符合规定。"],
            "right": [f"正确答案 {'、'.join(question.answer)}"],
            "next-line": ["参考答案：", question.answer],
        }.get(shape.answer, [])
    if shape.answer in {"range", "items", "spaced"}:
        lines += ["", "参考答案"]
    if shape.answer == "range":
        lines.append(f"1-{len(quiz)}：{' '.join(question.answer for question in quiz)}")
    if shape.answer == "items":
        lines.append(" ".join(f"{question.number}.{question.answer}" for question in quiz))
    if shape.answer == "spaced":
        lines += [f"{question.number}、{question.answer}" for question in quiz]
    return "\n".join(lines)


def laid_out(options: list[str], layout: str) -> list[str]:
    """Options one a line, or several."""
    if layout == "lines":
        return options
    if layout == "pairs":
        return ["    ".join(options[i : i + 2]) for i in range(0, len(options), 2)]
    return [{"spaces": "  ", "tabs": "\t", "semicolons": "；"}[layout].join(options)]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(questions(), shapes)
def test_what_was_written_is_read(tmp_path: Path, quiz: tuple[Question, ...], shape: Shape) -> None:
    found = read_quiz(write(tmp_path, written(quiz, shape)))
    if shape.answer == "stem":
        found = Quiz(
            found.file,
            found.lesson,
            tuple(Question(q.number, q.text.removesuffix("（ ）"), q.options, q.answer) for q in found.questions),
        )
    assert found.questions == quiz, written(quiz, shape)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("12一二ABCD.、．:：()（）答案第讲题课时判断单选√×- \n甲乙？", max_size=120))
def test_any_text_is_read_without_a_crash(tmp_path: Path, text: str) -> None:
    for quiz in read_quizzes(write(tmp_path, text or " ")):
        for question in quiz.questions:
            assert question.answer == "".join(sorted(set(question.answer) & set("ABCDEFGH")))
            assert [letter for letter, _ in question.options] == list("ABCDEFGH"[: len(question.options)])


# Shapes with a story.

GOOD = "1. 题目甲\nA. 一\nB. 二\n答案：B\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    quiz = read_quiz(write(tmp_path, GOOD, encoding=encoding))
    assert quiz.questions == (Question(1, "题目甲", (("A", "一"), ("B", "二")), "B"),)


def test_unknown_encoding() -> None:
    with pytest.raises(BadPaper, match="encoding"):
        decode(b"\x81\xff\xff\x81\x20\xff" * 9, "x.txt")


def test_sections_with_their_own_numbers_and_a_key_by_section(tmp_path: Path) -> None:
    text = """第1讲 示例课程 测试题
一、单选题（每题10分）
1. 单选甲
A. 一  B. 二
2. 单选乙
A. 一  B. 二
二、多选题（每题20分）
1. 多选甲
A. 一  B. 二  C. 三
参考答案：
一、单选题 1.A 2.B
二、多选题 1.ABC
"""
    quiz = read(tmp_path, text)
    assert [(q.number, q.text, q.answer) for q in quiz.questions] == [
        (1, "单选甲", "A"),
        (2, "单选乙", "B"),
        (1, "多选甲", "ABC"),
    ]
    assert (quiz.lesson, quiz.problems) == (1, ())


def test_several_lessons_in_one_file_with_keys_at_the_end(tmp_path: Path) -> None:
    text = "".join(
        f"第{zh}讲 示例\n" + "".join(f"{n}、问{zh}{n}？\nA、甲\nB、乙\n" for n in range(1, 6)) for zh in "一二"
    )
    quizzes = read_quizzes(write(tmp_path, text + "答案\n第一讲：1-5 ABABA\n第二讲：1-5 BBBBA\n"))
    assert [(quiz.lesson, "".join(q.answer for q in quiz.questions)) for quiz in quizzes] == [
        (1, "ABABA"),
        (2, "BBBBA"),
    ]
    assert all(quiz.problems == () for quiz in quizzes)


@pytest.mark.parametrize(
    ("name", "lesson"),
    [("第3讲测验.txt", 3), ("第十二课时 测试题.txt", 12), ("课时2.txt", 2), ("lesson-04 quiz.txt", 4), ("quiz.txt", None),
     ("第2学时.txt", 2), ("共10题.txt", None), ("第12题.txt", None)],
)  # fmt: skip
def test_lesson_from_the_file_name(tmp_path: Path, name: str, lesson: int | None) -> None:
    assert read(tmp_path, GOOD, name).lesson == lesson


def test_heading_beats_file_name(tmp_path: Path) -> None:
    assert read(tmp_path, "第5讲\n" + GOOD, "第3讲.txt").lesson == 5


def test_a_stem_that_speaks_of_a_chapter_is_no_heading(tmp_path: Path) -> None:
    quiz = read(tmp_path, "第1讲\n1. 根据示例法\n第二章规定，正确的是（  ）\nA.甲\nB.乙\n答案：A\n")
    assert quiz.lesson == 1
    assert [q.text for q in quiz.questions] == ["根据示例法 第二章规定，正确的是（ ）"]


def test_judgement_questions_are_noted(tmp_path: Path) -> None:
    quiz = read(tmp_path, "判断题\n1. 天是蓝的。（√）\n2. 水是干的（ 错 ）\n3. 山是高的\n答案：对\n")
    assert ids(quiz) == ["paper.quiz-judgement"] * 3
    assert [q.answer for q in quiz.questions] == ["", "", ""]


def test_right_or_wrong_as_a_choice_is_fine(tmp_path: Path) -> None:
    assert read(tmp_path, "1. 天是蓝的\nA. 正确\nB. 错误\n答案：A\n").problems == ()


def test_open_questions_are_noted(tmp_path: Path) -> None:
    assert ids(read(tmp_path, "一、单选题\n" + GOOD + "二、简答题\n2. 谈谈你的认识\n")) == ["paper.quiz-open"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1. 题\nA. 一\nB. 二\n", "paper.quiz-no-answer"),
        ("1. 题\nA. 一\nB. 二\n答案：D\n", "paper.quiz-answer-unknown"),
        ("1. 题\nA. 一\n答案：A\n", "paper.quiz-no-options"),
        ("1. 题\nA. 一\nB.\nC. 三\n答案：A\n", "paper.quiz-empty-option"),
        ("一、单选题\n1. 题\nA. 一\nB. 二\n答案：AB\n", "paper.quiz-one-answer"),
        (GOOD + GOOD.replace("1.", "2."), "paper.quiz-twice"),
        (GOOD + GOOD, "paper.quiz-twice"),
        ("这里没有题目\n", "paper.quiz-empty"),
    ],
)
def test_problems(tmp_path: Path, text: str, message: str) -> None:
    assert ids(read(tmp_path, text)) == [message]


def test_options_before_and_after_need_no_blank(tmp_path: Path) -> None:
    (question,) = read(tmp_path, "1.题目（AC）A.甲B.乙C.丙D.丁").questions
    assert question == Question(1, "题目（ ）", (("A", "甲"), ("B", "乙"), ("C", "丙"), ("D", "丁")), "AC")


def test_letters_without_a_point(tmp_path: Path) -> None:
    (question,) = read(tmp_path, "1、题目\nA 甲\nB 乙\n答：B\n").questions
    assert (question.options, question.answer) == ((("A", "甲"), ("B", "乙")), "B")


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("A和B", "AB"),
        ("A、B", "AB"),
        ("AB。", "AB"),
        ("【B】", "B"),
        ("B、乙", "B"),
        ("b", "B"),
        ("Ａ，Ｂ", "AB"),
        ("（A B）", "AB"),
    ],
)
def test_answers_as_people_write_them(tmp_path: Path, written: str, answer: str) -> None:
    assert read(tmp_path, f"1. 题\nA. 甲\nB. 乙\n答案是{written}\n").questions[0].answer == answer
    assert read(tmp_path, f"1. 题\nA. 甲\nB. 乙\n正确答案：{written}\n").questions[0].answer == answer


@pytest.mark.parametrize(
    "text",
    ["1. (A" + " " * 500_000, "(A" * 400_000, "1. 题\n" + "文字\n" * 200_000, "1.A " * 300_000, "答案" * 400_000],
)
def test_hostile_text_is_cut_not_chewed(tmp_path: Path, text: str) -> None:
    for quiz in read_quizzes(write(tmp_path, text)):
        assert all(len(question.text) <= 61_000 for question in quiz.questions)


def test_an_option_over_two_lines(tmp_path: Path) -> None:
    (question,) = read(tmp_path, "1. 题\nA. 很长的\n选项\nB. 短\n答案 A").questions
    assert question.options == (("A", "很长的 选项"), ("B", "短"))


def test_word_with_automatic_numbers(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("第2讲 测试题")
    for text in ("题目甲", "题目乙"):
        document.add_paragraph(text, style="List Number")
        document.add_paragraph("A. 一")
        document.add_paragraph("B. 二")
        document.add_paragraph("答案：A")
    document.save(str(tmp_path / "q.docx"))
    quiz = read_quiz(tmp_path / "q.docx")
    assert [(q.number, q.text, q.answer) for q in quiz.questions] == [(1, "题目甲", "A"), (2, "题目乙", "A")]
    assert (quiz.lesson, quiz.problems) == (2, ())


def test_word_table(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(2, 5)
    for r, row in enumerate((["题号", "题干", "选项", "答案", "解析"], ["1", "题目甲", "A.一\nB.二", "B", "略"])):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    document.save(str(tmp_path / "第一讲.docx"))
    quiz = read_quiz(tmp_path / "第一讲.docx")
    assert quiz == Quiz("第一讲.docx", 1, (Question(1, "题目甲", (("A", "一"), ("B", "二")), "B"),))


def test_sheet_with_a_column_an_option_and_several_lessons(tmp_path: Path) -> None:
    book = Workbook()
    for row in (
        ["课时", "题型", "题目", "A", "B", "C", "正确答案"],
        ["第1讲", "单选题", "题目甲", "一", "二", "三", "C"],
        ["第2讲", "多选题", "题目乙", 1, 2.5, None, "A、B"],
        ["第2讲", "判断题", "题目丙", None, None, None, "√"],
    ):
        book.active.append(row)
    book.save(tmp_path / "题库.xlsx")
    first, second = read_quizzes(tmp_path / "题库.xlsx")
    assert first.questions == (Question(1, "题目甲", (("A", "一"), ("B", "二"), ("C", "三")), "C"),)
    assert (second.lesson, second.questions[0].answer, ids(second)) == (2, "AB", ["paper.quiz-judgement"])


def test_sheet_with_text_in_cells(tmp_path: Path) -> None:
    book = Workbook()
    for line in GOOD.splitlines():
        book.active.append([line])
    book.save(tmp_path / "q.xlsx")
    assert read_quiz(tmp_path / "q.xlsx").questions[0].answer == "B"


@pytest.mark.parametrize("name", ["q.txt", "q.docx", "q.xlsx"])
def test_empty_and_damaged_files(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(BadPaper, match="empty"):
        read_quizzes(tmp_path / name)
