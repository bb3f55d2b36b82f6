"""The standard as data: every check id of the contract is there, sits at its clause, and says who decides."""

import pytest

from station.checks import registry
from station.errors import UsageError
from station.profile import KINDS, default_profile, load_profile, parse_profile

LESSON = [
    "intro-missing",
    "title-card",
    "intro-music",
    "teacher-intro-long",
    "repeat-passage",
    "shake",
    "extra-person",
    "watch-term",
    "corrupt",
    "black",
    "flash",
    "flicker",
    "freeze",
    "av-offset",
    "av-drift",
    "lip-sync",
    "caption-missing",
    "blur",
    "stutter",
    "outro-missing",
    "resolution",
    "frame-rate",
    "variable-frame-rate",
    "interlaced",
    "aspect-ratio",
    "picture-bars",
    "container",
    "video-codec",
    "audio-codec",
    "video-bitrate",
    "audio-bitrate",
    "audio-sample-rate",
    "timestamps",
    "jump",
    "colour-jump",
    "noise",
    "colour-cast",
    "camera-mismatch",
    "audio-gap",
    "audio-dropout",
    "channel-layout",
    "channel-silent",
    "phase-inverted",
    "clipping",
    "loudness",
    "hum",
    "rendition",
    "production-date",
    "advert",
    "language",
    "duplicate",
]
SUBMISSION = [
    "quiz-missing",
    "quiz-count",
    "quiz-format",
    "form-missing",
    "form-field",
    "lesson-length",
    "lecturer-title",
    "letter-missing",
    "letter-field",
    "letter-seal",
    "overdue",
]
HINTS = [
    "repeat-passage",
    "extra-person",
    "watch-term",
    "lip-sync",
    "caption-missing",
    "advert",
    "language",
    "duplicate",
    "production-date",
    "lecturer-title",
    "letter-seal",
]

WRONG_CLAUSE = """
id = "x"
zh = "x"
en = "x"
clause = []
[[check]]
id = "a"
clause = "9"
zh = ""
en = ""
kind = "absolute"
waivable = true
"""


def test_it_holds_exactly_the_contracts_checks() -> None:
    checks = default_profile().checks
    assert {check.id for check in checks.values() if check.scope == "lesson"} == set(LESSON)
    assert {check.id for check in checks.values() if check.scope == "submission"} == set(SUBMISSION)


def test_what_is_built_is_in_the_profile() -> None:
    assert set(registry()) <= set(default_profile().checks)


def test_a_codec_or_a_decoding_error_is_never_waived_and_flicker_needs_two() -> None:
    checks = default_profile().checks
    for name in ("corrupt", "video-codec", "audio-codec", "container", "resolution", "frame-rate", "rendition"):
        assert not checks[name].waivable, name
    for name in ("black", "freeze", "flash", "audio-gap"):
        assert checks[name].waivable, name
    assert [check.id for check in checks.values() if check.people != 1] == ["flicker"]
    assert checks["flicker"].people == 2


def test_hints_are_for_people() -> None:
    assert {check.id for check in default_profile().checks.values() if check.kind == "human"} == set(HINTS)


def test_every_clause_and_check_is_told_in_both_languages() -> None:
    profile = default_profile()
    for clause in profile.clauses.values():
        assert clause.zh
        assert clause.en
        assert clause.source
        assert clause.kind in KINDS
    for check in profile.checks.values():
        assert check.zh
        assert check.en
        assert check.clause in profile.clauses


def test_the_standards_limits_are_the_defaults() -> None:
    checks = default_profile().checks
    assert checks["black"].limits["warning_frames"] == 3
    assert checks["black"].limits["fault_s"] == 0.5
    assert checks["audio-gap"].limits["longest_s"] == 3.0
    assert checks["av-offset"].limits["late_fault_ms"] == 185.0
    assert (checks["video-bitrate"].limits["lowest_mbps"], checks["video-bitrate"].limits["highest_mbps"]) == (
        15.0,
        50.0,
    )
    assert checks["quiz-count"].limits["fewest"] == 5
    assert len(checks["form-field"].limits["areas"]) == 13


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id = ", "error.profile-syntax"),
        ('id = "x"', "error.profile-key"),
        (
            WRONG_CLAUSE,
            "error.profile-check",
        ),
    ],
)
def test_a_wrong_profile_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_profile(text, "x.toml")
    assert caught.value.message == message


def test_a_missing_profile_is_a_usage_error(tmp_path) -> None:
    with pytest.raises(UsageError) as caught:
        load_profile(tmp_path / "none.toml")
    assert caught.value.message == "error.profile-unreadable"


def test_a_limit_that_an_older_profile_leaves_out_is_the_shipped_one() -> None:
    text = """id = "old"
zh = "旧"
en = "old"
[[clause]]
id = "2.2.4"
zh = "无黑屏"
en = "No black"
source = "无黑屏"
kind = "objective"
[[check]]
id = "black"
clause = "2.2.4"
zh = "黑场"
en = "Black"
kind = "objective"
waivable = true
limits = { fault_s = 9.0 }
"""
    limits = parse_profile(text, "old.toml").checks["black"].limits
    assert limits["fault_s"] == 9.0
    assert limits["level_codes"] == default_profile().checks["black"].limits["level_codes"]
