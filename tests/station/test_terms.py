"""Folding and watch terms: what counts as the same text, wildcards, sound, and the operator's own file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.errors import UsageError
from station.folding import fold, is_han, sounded
from station.terms import WILD, compiled, find, read_terms

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=6)
ANY = st.text(max_size=40)


def hits(term: str, text: str, *, by_sound: bool = False) -> list[tuple[str, bool]]:
    """(what was found, as folded; exact) of one term."""
    folded = fold(text).text
    return [(folded[hit.start : hit.end], hit.exact) for hit in find(compiled([term]), folded, by_sound=by_sound)]


@given(ANY)
def test_folding_again_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once.text).text == once.text
    assert list(once.places) == sorted(once.places)
    assert len(once.places) == len(once.text) == len(sounded(once.text))


@given(ANY, HAN, ANY)
def test_a_term_is_found_wherever_it_stands(before: str, term: str, after: str) -> None:
    assert hits(term, f"{before}。{term}。{after}")


@given(HAN)
def test_blanks_between_chinese_characters_do_not_hide_a_term(term: str) -> None:
    assert hits(term, " \u3000".join(term))
    assert hits("\u200b ".join(term), term)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("示例词", "這是示例詞。"),
        ("示例詞", "这是示例词"),
        ("后来的网络", "後來的網絡"),
        ("ABC", "ａｂｃ 公司"),
        ("ＡＢＣ", "用abc做"),
        ("5G", "第 5Ｇ 代"),
        ("C#", "学习C#语言"),
        ("示例１号", "示例1号"),
        ("Ⅲ级", "iii级"),
    ],
)
def test_width_case_script_and_blanks_do_not_count(term: str, text: str) -> None:
    assert [exact for _, exact in hits(term, text)] == [True]


@pytest.mark.parametrize(
    ("term", "text"), [("AI", "AIX 与 MAIL"), ("ABC", "xabc"), ("示例词", "示 例 语"), ("示例?号", "示例号")]
)
def test_what_is_not_there_is_not_found(term: str, text: str) -> None:
    assert hits(term, text) == []


def test_wildcards() -> None:
    assert hits("示例*公司", "示例某某科技公司") == [("示例某某科技公司", True)]
    assert hits("示例*公司", "示例公司") == [("示例公司", True)]
    assert hits("示例*公司", "示例。公司") == []
    assert hits("示例*公司", "示例" + "字" * (WILD + 1) + "公司") == []
    assert hits("示例?号", "示例三号") == [("示例三号", True)]
    assert hits(r"\*示例", "＊示例") == [("*示例", True)]
    assert hits(r"示例\?", "示例？") == [("示例?", True)]
    assert compiled(["*", " ? ", "", "\u200b"]) == ()


def test_a_wildcard_takes_as_little_as_it_can() -> None:
    assert [text for text, _ in hits("示例*号", "示例一号示例二号")] == ["示例一号", "示例二号"]


def test_what_sounds_alike_is_found_apart() -> None:
    assert hits("示例词", "事历辞", by_sound=True) == [("事历辞", False)]
    assert hits("示例词", "事历辞") == []
    assert hits("示例词", "示例词和事历辞", by_sound=True) == [("示例词", True), ("事历辞", False)]
    assert hits("示例", "事历", by_sound=True) == [], "two characters sound like too much"


def test_tables_cover_what_people_write() -> None:
    assert sum(is_han(sign) for sign in sounded("".join(chr(code) for code in range(0x4E00, 0x9FA6)))) < 20902 - 6700
    assert fold("國學體會與發展").text == "国学体会与发展"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_list_in_any_encoding_that_editors_write(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "词表.txt"
    path.write_bytes("# 备注\r\n示例词\r\n\r\n  示例*公司 # 理由\r\nC#\r\n示例词\r\n".encode(encoding))
    assert read_terms(path) == ("示例词", "示例*公司", "C#")


def test_a_list_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "damaged.txt").write_bytes(b"\xff\xff\xff\x00\x80\n")
    for name in ("damaged.txt", "missing.txt"):
        with pytest.raises(UsageError) as caught:
            read_terms(tmp_path / name)
        assert caught.value.message == "error.terms-unreadable"
        assert name in str(caught.value.params["path"])
