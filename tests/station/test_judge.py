"""Judging as a whole: every check of the scope ends in one outcome; findings keep their identity."""

from dataclasses import replace

import pytest

from station.checks.subject import Subject
from station.findings import Finding, Known, OutcomeKind, Severity, Verdict, adopt, verdict
from station.judge import judge, unreadable
from station.papers.types import Papers
from station.profile import default_profile
from station.text import catalogue
from tests.measured import CONTAINER, Film, Voice, event, lesson

PROFILE = default_profile()


@pytest.mark.parametrize("scope", ["lesson", "submission"])
@pytest.mark.parametrize(
    "measured",
    [lesson(Film(300).camera(), Voice(12)), lesson(Film(300)), lesson(None, Voice(12)), lesson(Film(1)), lesson(None)],
    ids=["whole", "mute", "sound", "one-frame", "nothing"],
)
def test_every_check_ends_in_an_outcome_with_its_reason(scope: str, measured: object) -> None:
    for papers in (None, Papers(lessons=1)):
        made = judge(Subject(measured, papers), PROFILE, scope)
        assert [o.check for o in made.outcomes] == [c.id for c in PROFILE.checks.values() if c.scope == scope]
        for outcome in made.outcomes:
            assert bool(outcome.findings) == (outcome.kind is OutcomeKind.FINDINGS)
            absent = outcome.kind in (OutcomeKind.NOT_APPLICABLE, OutcomeKind.NOT_MEASURABLE)
            assert (outcome.reason in catalogue("zh")) is absent
            assert "finding.check-broke" not in {f.message for f in outcome.findings}, outcome


def test_what_nobody_built_says_so() -> None:
    wanted = replace(PROFILE.checks["black"], id="of-next-year")
    made = judge(Subject(lesson(Film(300))), replace(PROFILE, checks={"of-next-year": wanted})).outcomes
    assert [(o.check, o.kind, o.reason) for o in made] == [
        ("of-next-year", OutcomeKind.NOT_MEASURABLE, "reason.not-built")
    ]


def test_a_check_that_breaks_down_costs_nothing_but_itself_and_a_person_looks() -> None:
    broken = replace(PROFILE, checks=PROFILE.checks | {"black": replace(PROFILE.checks["black"], limits={})})
    made = judge(Subject(lesson(Film(300).camera(), Voice(12))), broken)
    (found,) = [f for f in made.findings if f.severity is not Severity.NOTE]
    assert (found.check, found.severity, found.message) == ("black", Severity.WARNING, "finding.check-broke")
    assert found.params["place"].startswith("black.py:")
    assert "level_codes" in found.params["detail"]
    assert made.verdict() is Verdict.ATTENTION


def test_the_verdict_is_that_of_the_findings_shown() -> None:
    good = judge(Subject(lesson(Film(300).camera(), Voice(12))), PROFILE)
    assert ([f for f in good.findings if f.severity is not Severity.NOTE], good.verdict()) == ([], Verdict.PASS)
    bad = judge(Subject(lesson(Film(500).camera().freeze(200, 300), Voice(20))), PROFILE)
    assert bad.verdict() is Verdict.FAIL
    assert bad.verdict(frozenset(f.key for f in bad.findings)) is Verdict.PASS


def test_what_cannot_be_waived_stands() -> None:
    made = judge(Subject(lesson(Film(300), container=replace(CONTAINER, formats=("avi",)))), PROFILE)
    assert made.verdict(frozenset(f.key for f in made.findings)) is Verdict.FAIL


def test_an_unreadable_lesson_fails_and_nothing_passes_in_silence() -> None:
    made = unreadable(PROFILE, "moov atom not found")
    assert made.verdict() is Verdict.FAIL
    assert {o.kind for o in made.outcomes} == {OutcomeKind.FINDINGS, OutcomeKind.NOT_MEASURABLE}


PLAIN = (int, float, str, bool, type(None))


def test_everything_a_judgement_says_is_plain_so_that_it_can_be_kept_and_sent() -> None:
    film = Film(1500).camera().freeze(200, 300).paint(400, 430, 16).foreign(600, 602)
    voice = Voice(60).quiet(5, 9).quiet(20, 20.4).clip(30, 31).invert(40, 50).quiet(10, 25, None, 0)
    events = (event(3.0, "concealed"), event(4.0, "pts-gap", amount=0.7), event(9.0, "undecodable-packet", "audio"))
    made = judge(Subject(lesson(film, voice, start=0.3, events=events)), PROFILE)
    assert len({f.check for f in made.findings}) >= 10
    for outcome in made.outcomes:
        for value in (*outcome.params.values(), *outcome.facts.values()):
            assert type(value) in PLAIN, (outcome.check, value)
        for finding in outcome.findings:
            values = (finding.start, finding.end, finding.start_frame, finding.end_frame, finding.value, finding.limit)
            for value in (*values, *(finding.tiles or ()), *finding.params.values()):
                assert type(value) in PLAIN, (finding.check, value)


def test_judging_twice_gives_the_same_keys() -> None:
    film = Film(700).camera().freeze(200, 300).paint(400, 430, 16).foreign(600, 602)
    keys = [[f.key for f in judge(Subject(lesson(film, Voice(28))), PROFILE).findings] for _ in range(2)]
    assert keys[0] == keys[1]
    assert len(set(keys[0])) == len(keys[0])


def at(start: float, *, check: str = "black", length: float = 1.0, picture: str = "") -> Finding:
    return Finding("2.2.4", check, Severity.FAULT, True, "m", start=start, end=start + length, picture=picture)


def known(finding: Finding) -> Known:
    f = finding
    return Known(f.key, f.check, f.severity, f.start, f.end, f.value, f.picture)


def test_a_re_encode_that_moves_the_place_by_a_frame_keeps_the_key() -> None:
    before = at(10.249)
    (after,) = adopt([at(10.289)], [known(before)])
    assert at(10.289).key != before.key
    assert after.key == before.key


def test_a_re_cut_lesson_is_known_by_its_picture() -> None:
    picture, near, far = "0" * 63 + "f", "0" * 62 + "ff", "5" * 64
    before = at(100.0, picture=picture)
    assert adopt([at(40.0, picture=near)], [known(before)])[0].key == before.key
    assert adopt([at(40.0, picture=far)], [known(before)])[0].key != before.key
    assert adopt([at(40.0, picture=near, length=9)], [known(before)])[0].key != before.key
    assert adopt([at(40.0)], [known(at(100.0))])[0].key != before.key


def test_each_earlier_finding_is_adopted_once_and_the_nearest_gets_it() -> None:
    before = known(at(10.0))
    first, second = adopt([at(10.4), at(10.1)], [before])
    assert first.key != before.key
    assert second.key == before.key
    assert adopt([at(10.0, check="freeze")], [before])[0].key != before.key


def test_findings_about_the_whole_lesson_keep_their_key_by_message_and_part() -> None:
    whole = Finding("2.7.2", "channel-silent", Severity.FAULT, True, "m", part="channel 1")
    other = replace(whole, part="channel 2")
    assert whole.key != other.key
    assert adopt([whole, other], [known(whole)])[0].key == whole.key
    assert adopt([whole, other], [known(whole)])[1].key == other.key


def test_what_is_not_the_same_never_takes_the_key_of_its_place() -> None:
    dark, other = "0" * 64, "5" * 64
    before = at(100.0, picture=dark)
    warned = replace(before, severity=Severity.WARNING)
    for old, new in (
        (before, at(100.0, picture=other)),
        (before, at(100.0, picture=dark, length=9)),
        (warned, at(100.0, picture=dark)),
    ):
        assert old.key == new.key
        assert adopt([new], [known(old)])[0].key != old.key
    assert adopt([before], [known(before)])[0].key == before.key


def test_a_waived_number_does_not_cover_a_worse_one() -> None:
    before = Finding("2.6.3", "video-bitrate", Severity.FAULT, True, "m", value=5.1)
    assert adopt([replace(before, value=5.2)], [known(before)])[0].key == before.key
    assert adopt([replace(before, value=3.0)], [known(before)])[0].key != before.key


def test_a_waiver_counts_for_what_may_be_waived_alone() -> None:
    fixed = replace(at(1.0), waivable=False)
    assert verdict([fixed], frozenset({fixed.key})) is Verdict.FAIL
    assert verdict([replace(at(1.0), severity=Severity.WARNING)]) is Verdict.ATTENTION
    assert verdict([]) is Verdict.PASS
