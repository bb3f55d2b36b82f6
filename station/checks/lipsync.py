"""Lips against words, clause 2.2.5. No estimator that is right ships in a package: the answer is honest, and a person looks.

Tried on real talking people with the sound shifted: opening of the mouth against loudness, and an active-speaker network; the
peak of either lies anywhere within ±0.8 s. The darkest part of a mouth found by the corners that the face reader's network gives,
against loudness within 300 to 3400 Hz, peaks no higher over 20 s of the right pair (0.26) than 5 % of pairs moved apart do (0.25).
What the file's clocks and events tell is `av-offset` and `av-drift`.
"""

from station.checks import check
from station.checks._common import not_applicable, not_measurable
from station.checks._hearing import has_sound
from station.checks.subject import Subject
from station.findings import Outcome
from station.profile import CheckSpec


@check("lip-sync")
def lip_sync(subject: Subject, spec: CheckSpec) -> Outcome:
    """Not measurable without a model; not applicable without a picture or a sound."""
    if subject.measurements.video is None:
        return not_applicable(spec, "no-picture")
    if subject.measurements.audio is None:
        return not_applicable(spec, "no-sound")
    if not has_sound(subject.measurements):
        return not_measurable(spec, "sound-undecodable")
    return not_measurable(spec, "no-lip-model")
