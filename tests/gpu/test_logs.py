"""What FFmpeg says of one file is not told of the next."""

import av.logging
import pytest

from gpu.logs import LONGEST, plain, words


def say(message: str, times: int = 1) -> None:
    for _ in range(times):
        av.logging.log(av.logging.ERROR, "example", message)


def test_a_repeated_line_of_one_file_is_not_told_of_the_next():
    with words() as first:
        say("bad block", 3)
    with words() as second:
        say("no index")
    assert [message for _, _, message in first] == ["bad block"]
    assert [message for _, _, message in second] == ["no index"]


def test_two_files_with_one_fault_are_both_told():
    for _ in range(2):
        with words() as lines:
            say("no index")
        assert [message for _, _, message in lines] == ["no index"]


@pytest.mark.parametrize(
    ("raw", "shown"), [("a\x1b[31mb\nc", "a[31mb c"), ("\u202e示例", "示例"), ("x" * 500, "x" * LONGEST)]
)
def test_words_are_made_harmless(raw, shown):
    assert plain(raw) == shown
