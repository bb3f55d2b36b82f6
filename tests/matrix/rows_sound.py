"""Rows of sound and sync: gaps, dropouts, repeats, hum, loudness, channels, offsets, drift; and sound that is only like a fault."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import av
import numpy as np

from gpu.measurements import Measurements
from matrix.plan import Case, Material, Missing, Planted, Row, Score, Seen, Target
from matrix.soundclips import (
    Again,
    Drifting,
    Fades,
    Gate,
    Hole,
    Hum,
    Limited,
    Music,
    RealFile,
    SoundClip,
    SoundPlant,
    borders,
    speech,
)
from station.checks import registry
from station.checks.subject import Subject
from station.findings import Outcome
from station.profile import default_profile
from station.readers.voice import read_voice
from station.readings import Readings, Unread

CHECKS = (
    "audio-gap", "audio-dropout", "clipping", "phase-inverted", "channel-silent", "channel-layout", "loudness", "hum",
    "av-offset", "av-drift", "intro-music", "lip-sync",
)  # fmt: skip
NOTES = ("fault", "warning", "note")
BASES = tuple((kind, seed) for kind in ("real", "drawn") for seed in range(3))


_readings: dict[str, Readings] = {}


def listened(path: Path, measurements: Measurements) -> Subject:
    """A subject with the voice reader's readings."""
    if str(path) not in _readings:
        voice = read_voice(path, measurements)
        if isinstance(voice, Unread):
            raise Missing(f"no voice reader: {voice.reason} {voice.params}")
        _readings[str(path)] = Readings(voice=voice)
    return Subject(measurements, readings=_readings[str(path)])


def _case(name: str, clip: SoundClip, *places: tuple[float, float], note: str = "") -> Case:
    """A planted case; both its borders are places of the sound, which may begin before or after the picture."""
    planted = tuple(Planted(start + clip.start, end + clip.start, note) for start, end in places)
    return Case(name, clip, planted, subject=listened)


# ---- gaps

LENGTHS = (3.1, 3.2, 5.0)


def gaps() -> Sequence[Case]:
    """Digital zero and hiss under the floor, over quiet and louder rooms, poor and rich coding, before and after the picture."""
    made = []
    kinds: tuple[float | None, ...] = (None, -90.0, -80.0, -70.0)
    coders = (
        ("aac", "libx264", ".mp4"),
        ("aac", "libx264", ".mkv"),
        ("mp2", "libx264", ".mpg"),
        ("aac", "libx264", ".ts"),
    )
    for turn, (kind, seed) in enumerate(BASES):
        places = borders(speech(kind, 30.0, seed), LENGTHS, seed=seed)
        for number, level in enumerate(kinds):
            audio, video, suffix = coders[(turn + number) % 4]
            clip = SoundClip(
                kind, 30.0, seed, (-60.0, -50.0, -42.0)[(turn + number) % 3], tuple(Hole(*place, level) for place in places),
                (256_000, 128_000)[turn % 2], audio, video, suffix, (0.0, 0.3, -0.3)[number % 3],
            )  # fmt: skip
            name = f"{kind} {seed}/{audio}{suffix}/{'zero' if level is None else round(level)}"
            made.append(_case(name, clip, *places, note="zero" if level is None else f"{level:.0f} dBFS"))
    return [*made, *clean()]


def tones() -> Sequence[Case]:
    """Nobody speaks, only the room: what the voice reader is for."""
    made = []
    for turn, (kind, seed) in enumerate(BASES):
        places = borders(speech(kind, 30.0, seed), LENGTHS, seed=seed)
        for room in (-60.0, -45.0, -35.0):
            plants = tuple(Hole(*place, room) for place in places)
            clip = SoundClip(kind, 30.0, seed, room, plants, (256_000, 128_000)[turn % 2])
            made.append(_case(f"{kind} {seed}/room {room:.0f}", clip, *places, note="room tone"))
        pauses = borders(speech(kind, 30.0, seed + 9), (1.2, 1.8, 2.2), seed=seed)
        still = SoundClip(kind, 30.0, seed + 9, -45.0, tuple(Hole(*place, -45.0) for place in pauses))
        made.append(_case(f"{kind} {seed}/pauses of 1.2–2.2 s beside its own", still))
    return made


def told_room(material: Material) -> Sequence[Seen]:
    """All that is said of gaps: where a recording's own room is louder than the planted one, that is a break and no note."""
    return material.told("audio-gap", severities=NOTES)


# ---- clean twins

MEDIA = (
    "talk/example.mp4", "talk/demo3_video.mp4", "talk/short_hamilton_clip.mp4", "music/chaplin.mp4", "en-speech/jfk.flac",
    "music/piano.wav", "zh-speech/BAC009S0764W0121.wav", "zh-speech/IT0011W0001.wav", "zh-speech/asr_example.wav",
    "zh-speech/zero_shot_prompt.wav", "camera/nasa_13013.mp4",
)  # fmt: skip
SILENT = (
    Planted(17.2, 40.0, "the publisher's own silence of 23 s"),
)  # fmt: skip


@cache
def clean() -> tuple[Case, ...]:
    """Sound without a fault: pauses, gates, limiters, stereo music, fades, a silence at head and tail, real recordings."""
    made: list[Case] = []
    for kind, seed in BASES:
        line = speech(kind, 60.0, seed + 20)
        pauses = borders(line, (2.0, 2.5, 2.9, 2.9), seed=seed, apart=3.0)
        plants: dict[str, tuple[SoundPlant, ...]] = {
            "plain": (),
            "pauses of 2–2.9 s": tuple(Hole(*place, -55.0) for place in pauses),
            "gated pauses": (*(Hole(*place, -55.0) for place in pauses), Gate()),
            "gate": (Gate(-38.0, 0.02),),
            "limited": (Limited(),),
            "music under it": (Music(0, 60),),
            "music at the head": (Music(0, 12, alone=True), Fades(1.0, 2.0)),
            "music on channel 2": (Music(0, 60, (1,), alone=True),),
            "silent head and tail": (Fades(4.0, 6.0),),
        }
        for number, (name, plant) in enumerate(plants.items()):
            clip = SoundClip(kind, 60.0, seed + 20, -55.0, plant, (256_000, 128_000)[number % 2])
            made.append(Case(f"clean {kind} {seed}/{name}", clip, subject=listened))
    for name in MEDIA:
        either = SILENT if name == "talk/example.mp4" else ()
        made.append(Case(f"clean {name}", RealFile(name), either=either, subject=listened))
    return tuple(made)


def told_all(material: Material) -> Sequence[Seen]:
    """Faults and warnings of every check of sound and sync."""
    return material.told(*CHECKS)


# ---- dropouts and repeats


def dropouts() -> Sequence[Case]:
    """Zeros cut into words, on both channels and on one."""
    made = []
    for turn, (kind, seed) in enumerate(BASES):
        places = borders(speech(kind, 30.0, seed + 40), (0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5), seed=seed)
        for channel in (None, 0, 1):
            if channel is not None and turn % 3:
                continue
            plants = tuple(Hole(*place, None, channel) for place in places)
            clip = SoundClip(kind, 30.0, seed + 40, (-60.0, -45.0)[turn % 2], plants, (256_000, 128_000)[turn % 2])
            made.append(
                _case(f"{kind} {seed}/{'both' if channel is None else f'channel {channel + 1}'}", clip, *places)
            )
    return [*made, *clean()]


def repeats() -> Sequence[Case]:
    """A block of 20–200 ms played again and again for a quarter of a second and more."""
    made = []
    blocks = (0.02, 0.0232, 0.0464, 0.06, 0.1, 0.13, 0.17, 0.2)
    for kind, seed in BASES:
        lasting = tuple(max(0.25, 3 * block) for block in blocks)
        places = borders(speech(kind, 30.0, seed + 60), lasting, seed=seed, apart=1.0)
        chosen = list(zip(places, blocks, strict=False))
        plants = tuple(Again(start, block, round((end - start) / block)) for (start, end), block in chosen)
        spans = [(start - block, start + round((end - start) / block) * block) for (start, end), block in chosen]
        for rate in (256_000, 96_000):
            clip = SoundClip(kind, 30.0, seed + 60, -55.0, plants, rate)
            case = Case(
                f"{kind} {seed}/{rate // 1000}k", clip,
                tuple(Planted(*span, f"{block * 1000:.0f} ms") for span, (_, block) in zip(spans, chosen, strict=True)),
                subject=listened,
            )  # fmt: skip
            made.append(case)
    return [*made, *clean()]


def told_repeats(material: Material) -> Sequence[Seen]:
    """Findings of repeated blocks alone."""
    return [
        Seen(f.start, f.end, f.severity.value, "repeated")
        for f in _outcome(material, "audio-dropout").findings
        if f.message == "finding.audio-dropout.repeated"
    ]


# ---- hum


def hums() -> Sequence[Case]:
    """50 and 60 Hz at levels from loud to faint, over quiet and louder rooms. One of the real recordings has a 60 Hz hum of its own."""
    made = []
    combs = ((-30.0, -36.0, -40.0), (-40.0, -44.0, -44.0, -50.0), (-50.0, -50.0), (-45.0,), (-55.0, -60.0, -55.0))
    for turn, (kind, seed) in enumerate(BASES):
        pauses = borders(speech(kind, 30.0, seed + 80), (1.0, 1.5, 1.0), seed=seed)
        for number, levels in enumerate(combs):
            hertz = (50.0, 60.0, 49.95)[(turn + number) % 3]
            room = (-62.0, -55.0)[(turn + number) % 2]
            plants = (*(Hole(*place, room) for place in pauses), Hum(hertz, levels))
            clip = SoundClip(kind, 30.0, seed + 80, room, plants, (256_000, 128_000)[turn % 2])
            made.append(_case(f"{kind} {seed}/{hertz:g} Hz {levels[0]:.0f}", clip, (0.0, 30.0), note=f"{levels}"))
    return [*made, *(case for case in clean() if "jfk" not in case.name and " real " not in case.name)]


def told_hum(material: Material) -> Sequence[Seen]:
    """Hum, heard or faint; a noisy room is another thing."""
    return [
        Seen(f.start, f.end, f.severity.value, f.message) for f in _outcome(material, "hum").findings if f.part == "hum"
    ]


# ---- channels


def layouts() -> Sequence[Case]:
    """Speech that is missing on channel 1, which carries music instead."""
    made = []
    for kind, seed in BASES:
        clip = SoundClip(kind, 30.0, seed + 100, -60.0, (Music(0, 30, (0,), alone=True),))
        made.append(_case(f"{kind} {seed}/music on 1", clip, (0.0, 30.0)))
    return [*made, *clean()]


# ---- loudness

VECTORS = {
    "seq-3341-1-16bit.wav": -23.0,
    "seq-3341-2-16bit.wav": -33.0,
    "1kHz_Sine_-20_LUFS-16bit.wav": -20.0,
    "1770-2_Comp_RelGateTest.wav": -10.0,
}


def vectors() -> Sequence[Case]:
    """Signals of the EBU and the ITU whose integrated loudness is known."""
    return [Case(name, RealFile(f"loudness/{name}")) for name in VECTORS]


def off_vector(material: Material) -> Score:
    """How far the measured loudness lies from the signal's own, LU."""
    facts = _outcome(material, "loudness").facts
    return Score(planted=1, found=1, errors=[float(facts["lufs"] or 0) - VECTORS[material.case.name]])


def against_ffmpeg() -> Sequence[Case]:
    """Real sound of at least 20 s, which FFmpeg's ebur128 measures too."""
    return [Case(name, RealFile(name)) for name in ("talk/example.mp4", "talk/demo3_video.mp4", "music/rain.mp3")]


def off_ffmpeg(material: Material) -> Score:
    """How far integrated loudness, range and true peak lie from FFmpeg's, LU and dB."""
    facts, said = _outcome(material, "loudness").facts, ffmpeg_says(material.path)
    names = ("lufs", "range_lu", "peak_dbtp")
    errors = [float(facts[name] or 0) - truth for name, truth in zip(names, said, strict=True)]
    return Score(planted=1, found=1, errors=errors)


def ffmpeg_says(path: Path) -> tuple[float, float, float]:
    """Integrated loudness, range and true peak by FFmpeg's ebur128."""
    graph = av.filter.Graph()
    said: dict[str, float] = {}
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        source = graph.add_abuffer(template=stream)
        meter, sink = graph.add("ebur128", "metadata=1:peak=true"), graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        for frame in (*container.decode(stream), None):
            graph.push(frame)
            while True:
                try:
                    said.update({key: float(value) for key, value in graph.pull().metadata.items()})
                except (av.EOFError, av.BlockingIOError):
                    break
    peak = max(value for key, value in said.items() if "true_peak" in key)
    return said["lavfi.r128.I"], said["lavfi.r128.LRA"], float(20 * np.log10(peak))


# ---- sync


def offsets() -> Sequence[Case]:
    """Sound that begins before and after the picture, in every container."""
    forms = (("aac", "libx264", ".mp4"), ("aac", "libx264", ".mov"), ("aac", "libx264", ".mkv"), ("aac", "libx264", ".ts"),
             ("mp2", "mpeg2video", ".mpg"), ("mp2", "mpeg2video", ".ts"))  # fmt: skip
    return [
        Case(f"{audio}{suffix}/{start * 1000:+.0f} ms", SoundClip("drawn", 4.0, plants=(), audio=audio, video=video, suffix=suffix,
             start=start, bit_rate=128_000, fps=25))
        for audio, video, suffix in forms
        for start in (0.0, 0.05, 0.2, 0.4, -0.05, -0.2)
    ]  # fmt: skip


def off_offset(material: Material) -> Score:
    """How far the offset that is told lies from the clip's own, ms."""
    facts, recipe = _outcome(material, "av-offset").facts, material.case.recipe
    assert isinstance(recipe, SoundClip)
    return Score(planted=1, found=1, errors=[float(facts["early_ms"] or 0) + recipe.start * 1000])


def drifts() -> Sequence[Case]:
    """Timestamps of the sound that run off by 100 ms an hour and more; and that don't."""
    made = []
    for suffix in (".mp4", ".mkv", ".ts"):
        for hour_ms in (100.0, -100.0, 160.0, 400.0):
            planted = (Planted(0.0, 90.0, f"{hour_ms:+.0f} ms/h"),)
            made.append(Case(f"{suffix}/{hour_ms:+.0f}", Drifting(hour_ms, suffix), planted))
        made.append(Case(f"{suffix}/0", Drifting(0.0, suffix)))
        made.append(Case(f"{suffix}/+20", Drifting(20.0, suffix)))
    return made


CUTS = (3.0, 6.2, 9.0, 12.4, 15.2, 18.0, 21.6, 25.0)


def events() -> Sequence[Case]:
    """Cuts that each bring a sound, all shifted alike; and the same cuts over speech, and in sync."""
    made = []
    for shift in (0.12, 0.2, -0.16, 0.0, 0.03):
        holes = tuple(Hole(a, b) for a, b in _between(shift))
        clip = SoundClip("real", 30.0, 120, -60.0, holes, cuts=CUTS, fps=25)
        planted = (Planted(0.0, 30.0, f"{shift * 1000:+.0f} ms"),) if abs(shift) > 0.05 else ()
        made.append(Case(f"stings/{shift * 1000:+.0f} ms", clip, planted))
    for kind, seed in BASES:
        made.append(
            Case(f"speech over cuts/{kind} {seed}", SoundClip(kind, 30.0, seed + 120, -60.0, cuts=CUTS, fps=25))
        )
    return made


def _between(shift: float) -> Sequence[tuple[float, float]]:
    """Silence from 0.8 s after each cut's sound to the next one's."""
    ends = [cut + shift for cut in CUTS]
    return [(0.0, ends[0]), *((a + 0.8, b) for a, b in zip(ends, [*ends[1:], 30.0], strict=True))]


def told_events(material: Material) -> Sequence[Seen]:
    """What events say of the sync."""
    return [Seen(f.start, f.end, f.severity.value, f.message) for f in _outcome(material, "av-offset").findings]


def _outcome(material: Material, check: str) -> Outcome:
    return registry()[check](material.subject, default_profile().checks[check])


ROWS = (
    Row("audio-gap", Target(recall=1.0, false_per_hour=1, edge_frames=0.5), gaps, edge_s=0.04),
    Row("audio-gap-room", Target(recall=1.0, false_per_hour=1), tones, look=told_room),
    Row("audio-dropout", Target(recall=0.95, false_per_hour=1), dropouts, reach=0.05),
    Row("audio-repeat", Target(recall=0.9, false_per_hour=1), repeats, look=told_repeats, reach=0.2),
    Row("hum", Target(recall=0.95, false_per_hour=1), hums, look=told_hum),
    Row("channel-layout", Target(recall=0.95, false_per_hour=1), layouts),
    Row("sound-clean", Target(false_per_hour=1), clean, look=told_all),
    Row("loudness", Target(error=0.1), vectors, measure=off_vector, unit="LU"),
    Row("loudness-ffmpeg", Target(error=0.1), against_ffmpeg, measure=off_ffmpeg, unit="LU"),
    Row("av-offset", Target(error=1.0), offsets, measure=off_offset, unit="ms"),
    Row("av-drift", Target(recall=1.0, false_per_hour=1), drifts),
    Row("av-events", Target(recall=1.0, false_per_hour=1), events, look=told_events),
)
