"""Words on the screen: cells, breaks, numbers."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from tui.words import Words, breaks, clock, fit, folded, number, timecode, wrap

texts = st.text(alphabet=st.sampled_from("abc 示例课程，。（）🎬e\u0301\t\x1b[]{}@=/"), max_size=60)


@given(texts, st.integers(0, 40), st.booleans())
def test_fit_takes_exactly_its_cells(text: str, width: int, right: bool) -> None:
    assert cell_len(fit(text, width, right=right)) == width


@given(st.text(max_size=40), st.integers(3, 30))
def test_fit_lets_no_control_sign_through(text: str, width: int) -> None:
    assert not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 for sign in fit(text, width))


@given(texts, st.integers(4, 40))
def test_lines_stay_inside_their_width_and_lose_nothing(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(wrap(text, 1000)[0].split())


def test_chinese_breaks_between_signs_and_words_at_blanks() -> None:
    assert wrap("2.2.4 无花屏、黑屏、闪屏", 12) == ["2.2.4 无花", "屏、黑屏、闪", "屏"]
    assert wrap("one two three", 8) == ["one two", "three"]
    assert breaks("示例", 2) == [1]


def test_folding_keeps_the_styles() -> None:
    text = Text().append("故障", "red").append(" 画面停止变化", "dim")
    lines = folded(text, 8).split("\n")
    assert [line.plain.rstrip() for line in lines] == ["故障 画", "面停止变", "化"]
    assert lines[0].spans[0].style == "red"


def test_times_and_numbers() -> None:
    assert (timecode(754.26), timecode(3600), timecode(None)) == ("12:34.3", "1:00:00.0", "-")
    assert timecode(59.97) == "01:00.0"
    assert (number(2.40000001), number(None), number("h264\x1b"), number(True)) == ("2.4", "-", "h264\ufffd", "True")
    assert (clock("nonsense"), clock(None)) == ("", "")


def test_an_unknown_text_id_is_shown_as_it_stands() -> None:
    words = Words("zh")
    assert words.outside("no.such-text", {"count": 3}) == "no.such-text count=3"
    assert words.outside("tui.modal.waived", {"wrong": 1}) == "tui.modal.waived wrong=1"
