"""Readings survive being kept as text."""

import pytest

from station.readings import (
    Code,
    Codes,
    FaceLook,
    Faces,
    Lips,
    LipStretch,
    Page,
    Pages,
    Readability,
    Readings,
    TextLine,
    Transcript,
    Unread,
    Utterance,
    Voice,
    VoiceSpan,
    from_json,
    to_json,
)  # fmt: skip

BOX = (0.1, 0.2, 0.3, 0.4)
WHOLE = Readings(
    text=Pages((Page(0.0, 4.5, (TextLine("示例课程", 0.98, BOX),), 5),)),
    codes=Codes((Code(1.0, 2.0, "qr", "示例", BOX),)),
    faces=Faces(2.0, (FaceLook(0.0, (BOX,), (0.9,)), FaceLook(2.0, (), ()))),
    voice=Voice(2, (VoiceSpan(0.5, 3.0, 0, "speech"),)),
    transcript=Transcript("zh", 0.97, "base", (Utterance(0.5, 3.0, "示例", 0.8),)),
    readability=Readability(120, 0.01, 4),
    lips=Lips(25, (LipStretch(0.0, 10.5, (0.4, 0.5), (-3.0, -2.5)),)),
)


@pytest.mark.parametrize("readings", [Readings(), WHOLE, Readings(text=Unread("reader-failed", {"detail": "x"}))])
def test_readings_come_back_as_they_went(readings):
    assert from_json(to_json(readings)) == readings


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 99}', '{"schema": 1, "text": {"read": {}}}'])
def test_what_is_no_readings_file_is_told(text):
    with pytest.raises(ValueError, match=r"readings file|schema|Expecting"):
        from_json(text)
