"""`station bench`: how fast the pass is on this machine, as ratios of one run on one clip."""

import json
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from station.cli import Session
from station.commands._spoken import SpokenCommand, SpokenOption, console
from station.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from gpu.bench import Ratio, Run

LESSONS_MIN = (2, 20)
"""Lengths in minutes of the lessons whose peak memory is measured."""


@click.command(cls=SpokenCommand)
@click.option("--seconds", default=20, type=click.IntRange(2, 600), cls=SpokenOption, help="bench.option.seconds")
@click.option(
    "--file", "file", type=click.Path(path_type=Path, exists=True), cls=SpokenOption, help="bench.option.file"
)
@click.option("--rounds", default=3, type=click.IntRange(1, 50), cls=SpokenOption, help="bench.option.rounds")
@click.option("--memory", is_flag=True, cls=SpokenOption, help="bench.option.memory")
@click.option("--json", "as_json", is_flag=True, cls=SpokenOption, help="bench.option.json")
@click.pass_obj
def bench(session: Session, *, seconds: int, file: Path | None, rounds: int, memory: bool, as_json: bool) -> None:
    """Time the pass; exit code 1 where a target is missed."""
    from gpu import bench as contest  # noqa: PLC0415 - the media libraries load only when something is timed

    say = session.say

    def tell(text: str) -> None:
        if not as_json:
            console().print(text)

    with TemporaryDirectory(prefix="station-bench-") as name:
        folder = Path(name)
        clip = _clip(session, folder, seconds, file, tell)
        if contest.ffmpeg() is None:
            tell(say("bench.no-ffmpeg"))

        def done(run: "Run") -> None:
            tell(say("bench.round", name=say(f"bench.name.{run.name}"), cpu=f"{run.cpu_ms:.2f}", fps=f"{run.fps:.1f}"))

        runs = contest.compare(clip, folder, rounds, done)
        peaks = _peaks(session, folder, tell) if memory else {}
    ratios = contest.ratios(runs)
    if as_json:
        click.echo(json.dumps(_row(runs, ratios, peaks)))
    else:
        for table in _tables(session, runs, ratios, rounds):
            console().print(table)
    if not all(ratio.holds for ratio in ratios):
        raise SystemExit(ExitCode.FAULT)


def _clip(session: Session, folder: Path, seconds: int, file: Path | None, tell: Any) -> Path:
    """The file to time: the given one, or a lecture painted for it. Raises UsageError for one without picture or sound."""
    from gpu.errors import MediaError  # noqa: PLC0415 - the media libraries load only when something is timed
    from gpu.lecture import Lecture, write  # noqa: PLC0415 - the media libraries load only when something is timed
    from gpu.probe import probe  # noqa: PLC0415 - the media libraries load only when something is timed

    if file is None:
        tell(session.say("bench.painting", seconds=seconds))
        clip = folder / "lecture.mp4"
        write(clip, Lecture(seconds=seconds))
        return clip
    tell(session.say("bench.given", file=str(file)))
    try:
        facts = probe(file)
    except MediaError as error:
        raise UsageError("bench.no-video", file=str(file)) from error
    if facts.video is None or facts.audio is None:
        raise UsageError("bench.no-video", file=str(file))
    return file


def _peaks(session: Session, folder: Path, tell: Any) -> dict[int, int]:
    """Peak memory in bytes by the lesson's length in minutes."""
    from gpu import bench as contest  # noqa: PLC0415 - the media libraries load only when something is timed
    from gpu.lecture import Lecture, write  # noqa: PLC0415 - the media libraries load only when something is timed

    part, whole = folder / "part.mp4", folder / "lesson.mp4"
    write(part, Lecture(seconds=20, bit_rate=4_000_000, preset="ultrafast"))
    peaks = {}
    for minutes in LESSONS_MIN:
        contest.loop(part, whole, minutes * 3)
        peaks[minutes] = contest.peak_memory(whole, folder)
        tell(session.say("bench.memory", minutes=minutes, megabytes=round(peaks[minutes] / 1e6)))
    return peaks


def _row(runs: "list[Run]", ratios: "list[Ratio]", peaks: dict[int, int]) -> dict[str, Any]:
    return {
        "schema": 1,
        "runs": [{"name": r.name, "frames": r.frames, "cpu_ms": r.cpu_ms, "fps": r.fps} for r in runs],
        "ratios": [{"name": r.name, "value": r.value, "limit": r.limit, "holds": r.holds} for r in ratios],
        "peak_bytes": {str(minutes): peak for minutes, peak in peaks.items()},
    }


def _tables(session: Session, runs: "list[Run]", ratios: "list[Ratio]", rounds: int) -> list[Table]:
    say = session.say
    times = Table(title=say("bench.table.title", rounds=rounds))
    for column in ("what", "cpu", "fps"):
        times.add_column(say(f"bench.table.{column}"), justify="left" if column == "what" else "right")
    for name in dict.fromkeys(run.name for run in runs):
        own = [run for run in runs if run.name == name]
        cpu, fps = median(run.cpu_ms for run in own), median(run.fps for run in own)
        times.add_row(say(f"bench.name.{name}"), f"{cpu:.2f}", f"{fps:.1f}")
    targets = Table()
    for column in ("ratio", "what", "target", "verdict"):
        targets.add_column("" if column == "what" else say(f"bench.table.{column}"))
    for ratio in ratios:
        limit = say("bench.most" if ratio.most else "bench.least", limit=f"{ratio.limit:.2f}")
        verdict = say("bench.holds") if ratio.holds else say("bench.fails")
        name = say(f"bench.ratio.{ratio.name.split('/')[0]}")
        targets.add_row(name, f"{ratio.value:.2f}", limit, verdict, style="green" if ratio.holds else "bold red")
    return [times, targets]
