"""Encoders are known by opening them."""

from gpu.abilities import NAMES, try_encoders, versions
from gpu.rendition import choose_encoder


def test_every_encoder_opens_or_says_why_not() -> None:
    states = {state.name: state for state in try_encoders()}
    assert tuple(states) == NAMES
    assert states["libx264"].opens
    assert states["aac"].opens
    assert all(state.opens == (state.reason == "") for state in states.values())


def test_the_rendition_chooses_among_those_that_open() -> None:
    assert choose_encoder().name in {state.name for state in try_encoders() if state.opens}


def test_versions_are_told() -> None:
    told = versions()
    assert {"PyAV", "FFmpeg", "libavcodec"} <= told.keys()
    assert all(told.values())
