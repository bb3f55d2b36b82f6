"""What names say, and how they sort."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon import names
from station.store.names import natural, restored, shown, stored


def test_lessons_sort_as_people_count():
    drop = ["第10讲.mp4", "第2讲.mp4", "第1讲.mp4", "附录.mp4"]
    assert sorted(drop, key=natural) == ["第1讲.mp4", "第2讲.mp4", "第10讲.mp4", "附录.mp4"]


@given(st.lists(st.text(), max_size=8))
def test_natural_order_never_fails(drop: list[str]):
    sorted(drop, key=natural)


@pytest.mark.parametrize("name", ["第1讲.mp4", "a.MPG", "b.mkv"])
def test_media_by_their_ending(name: str):
    assert names.is_media(name)


@pytest.mark.parametrize("name", ["._第1讲.mp4", ".DS_Store", "Thumbs.db", "__MACOSX", "@eaDir", "#recycle"])
def test_litter(name: str):
    assert names.is_litter(name)
    assert not names.is_media(name)


@pytest.mark.parametrize("name", ["第1讲.mp4", "form.xlsx", "part.mp4", "a.b.docx", "template.mp4", ".bashrc"])
def test_ordinary_names_are_not_temporary(name: str):
    assert not names.is_temporary(name)


@given(st.binary(min_size=1, max_size=40).filter(lambda raw: b"\0" not in raw and b"/" not in raw))
def test_any_file_name_survives_the_store(raw: bytes):
    """Whatever bytes a name has: the stored text is valid UTF-8 and leads back to the same file."""
    name = os.fsdecode(raw)
    kept = stored(name)
    kept.encode("utf-8")
    assert os.fsencode(restored(kept)) == raw


@given(st.binary(max_size=40))
def test_any_file_name_can_be_shown(raw: bytes):
    text = shown(os.fsdecode(raw))
    text.encode("utf-8")
    assert not any(sign in text for sign in "\x1b\n\r\t\u202e\u200f\x9b")


def test_a_gbk_name_is_shown_as_it_was_meant():
    assert shown(os.fsdecode("第一讲.mp4".encode("gbk"))) == "第一讲.mp4"


def test_ordinary_names_are_stored_as_they_are():
    assert stored("第1讲 😀 [a]\\b.mp4") == "第1讲 😀 [a]\\b.mp4"
