"""Looking at files without a store: measure, let readers read, judge; then judge once more, each as a sibling of the others."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gpu.device import choose
from gpu.errors import DeviceError, EncodeError, MediaError, NoPicture, UnreadableMedia
from station.around import template
from station.checks.subject import Subject
from station.cli import Session
from station.commands._lessons import Looked, digest
from station.config import ReadersSection
from station.context import Context
from station.errors import UsageError
from station.examine import examine
from station.judge import judge, unreadable
from station.lookup import copies_among
from station.profile import Profile, default_profile, load_profile
from station.text import clean
from station.traces import Trace, trace_of

PERMISSION = 13


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for, beside the files."""

    device: str = "auto"
    profile: Path | None = None
    renditions: Path | None = None
    readers: bool = True
    terms: Path | None = None
    intro: Path | None = None
    outro: Path | None = None


@dataclass(frozen=True)
class Asked:
    """What every file is looked at with."""

    profile: Profile
    device: Any
    renditions: Path | None
    taken: set[Path]
    """Names of renditions that this call has written, and the lessons themselves: never written over."""
    readers: ReadersSection | None = None
    speech_model: Path | None = None
    context: Context = field(default_factory=Context)
    """What they all have in common."""


def asked(session: Session, files: Sequence[Path], wanted: Wanted) -> Asked:
    """What the options and the configuration come to. Raises UsageError."""
    from station.terms import read_terms  # noqa: PLC0415 - its table of sounds loads only where there is a list

    config = session.config
    if wanted.renditions is not None:
        _make_folder(wanted.renditions)
    try:
        chosen = choose(wanted.device)
    except DeviceError as error:
        raise UsageError("check.error.device", detail=error.detail or error.where) from error
    named = wanted.profile or config.profile_path
    terms = wanted.terms or config.beside(config.readers.watch_terms)
    return Asked(
        load_profile(named) if named else default_profile(),
        chosen,
        wanted.renditions,
        {path.absolute() for path in files},
        config.readers if wanted.readers else None,
        config.beside(config.readers.speech_model),
        Context(
            intro=template(wanted.intro or config.template_path("intro")),
            outro=template(wanted.outro or config.template_path("outro")),
            watch_terms=read_terms(terms) if terms else None,
        ),
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError("check.error.rendition-folder", path=str(folder), detail=str(error)) from error
    if not os.access(folder, os.W_OK):
        raise UsageError("check.error.rendition-folder", path=str(folder), detail=os.strerror(PERMISSION))


def look(path: Path, asked: Asked, watching: Any) -> Looked:
    """Look at one file. Whatever is wrong with it becomes a result, so that the next file gets its turn."""

    def failed(kind: str, detail: str, **known: Any) -> Looked:
        told = clean(detail.replace(str(path), path.name))
        return Looked(path, error=f"check.error.{kind}", params={"file": str(path), "detail": told}, **known)

    target = _target(path, asked)
    watching.begin(path)
    settings: dict[str, Any] = {
        "profile": asked.profile, "device": asked.device, "readers": asked.readers,
        "speech_model": asked.speech_model, "context": asked.context, "observe": watching.observe,
    }  # fmt: skip
    try:
        sha256 = digest(path)
        try:
            done = examine(path, rendition=target, **settings)
        except NoPicture:
            done = examine(path, **settings)
    except PermissionError as error:
        return failed("no-permission", str(error))
    except OSError as error:
        return failed("changed", str(error))
    except UnreadableMedia as error:
        detail = error.detail or error.where
        return failed("unreadable", detail, sha256=sha256, judgement=unreadable(asked.profile, clean(detail)))
    except EncodeError as error:
        return failed("encode", error.detail or error.where, sha256=sha256)
    except MediaError as error:
        return failed("unreadable", error.detail or error.where, sha256=sha256)
    return Looked(path, done.judgement, done.measurements, sha256, readings=done.readings)


def together(looked: Sequence[Looked], asked: Asked) -> list[Looked]:
    """Each lesson judged in the light of the others. One alone has none, and stays as it is."""
    traces = {
        place: trace_of(one.measurements, clean(one.file.name)) for place, one in enumerate(looked) if one.measurements
    }
    if len(traces) < 2:
        return list(looked)
    return [_again(one, place, traces, asked) if place in traces else one for place, one in enumerate(looked)]


def _again(one: Looked, place: int, traces: Mapping[int, Trace], asked: Asked) -> Looked:
    assert one.measurements is not None
    own, others = traces[place], [trace for other, trace in traces.items() if other != place]
    context = replace(
        asked.context, own=own.ends, siblings=tuple(trace.ends for trace in others), copies=copies_among(own, others)
    )
    return replace(one, judgement=judge(Subject(one.measurements, None, None, one.readings, context), asked.profile))


def _target(path: Path, asked: Asked) -> Path | None:
    """Where the rendition goes: `NAME.960x540.mp4`, numbered where two lessons have one name."""
    if asked.renditions is None:
        return None
    stem = path.stem.encode(errors="replace")[:200].decode(errors="ignore")
    for number in range(1, 10000):
        name = f"{stem}.960x540.mp4" if number == 1 else f"{stem}-{number}.960x540.mp4"
        if (target := (asked.renditions / name).absolute()) not in asked.taken:
            asked.taken.add(target)
            return target
    return None
