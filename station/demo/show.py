"""What `station demo` shows: progress bars while it works, then tables of what was planted and what was found."""

import os
import shutil
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from station.cli import Session
from station.commands._spoken import WIDE, plain
from station.commands._tables import told
from station.demo import score, stage
from station.demo.drop import Drop, make_drop
from station.demo.script import RATE, Decoy, Planted
from station.desk import Desk, open_desk
from station.desk.views import FindingView, JobView, SubmissionView
from station.devices import device_phrase
from station.errors import StationError
from station.profile import Profile
from station.text import catalogue

GOOD, BAD = "green", "bold red"


class Show:
    """One run of the demo on one folder."""

    def __init__(self, session: Session, folder: Path) -> None:
        self.session = session
        self.stage = stage.set_up(folder, session.language_option or "zh")
        self.out = Console(width=None if sys.stdout.isatty() else WIDE)

    def run(self, seconds: int, *, keep: bool) -> bool:
        """Everything up to the tables; whether all was found and nothing else raised. Raises StationError."""
        drop = self._make(seconds)
        if not (keep and self._measured()):
            target = stage.hand_in(self.stage, drop)
            self._say("dropped", path=str(target))
            self._measure(drop)
        desk = open_desk(self.stage.config())
        try:
            view = self._only(desk)
            result = score.compare(view, drop.truth)
            measured = self._all_measured(view)
            if measured:
                self._print(result, desk.profile)
            self._say("where", path=str(self.stage.folder), program=program(), config=str(self.stage.config_path))
        finally:
            desk.store.close()
        return measured and result.good

    def open_screens(self) -> None:
        """Become `station tui` on the sample station."""
        sys.stdout.flush()
        arguments = [sys.executable, "-m", "station", "--config", str(self.stage.config_path)]
        language = ["--lang", self.session.language_option] if self.session.language_option else []
        os.execv(sys.executable, [*arguments, *language, "tui"])  # noqa: S606 - our own program

    # ------------------------------------------------------------------ making

    def _make(self, seconds: int) -> Drop:
        with self._bars(MofNCompleteColumn()) as bars:
            rows: dict[int, TaskID] = {}

            def observe(ordinal: int, done: int, total: int) -> None:
                if ordinal not in rows:
                    rows[ordinal] = bars.add_task(self._word("making-lesson", ordinal=ordinal), total=total, note="")
                bars.update(rows[ordinal], completed=done)

            drop = make_drop(self.stage.folder, seconds, observe)
        if not drop.fresh:
            self._say("reusing", path=str(drop.folder))
        return drop

    # --------------------------------------------------------------- measuring

    def _measured(self) -> bool:
        """Whether the last run left a submission that is measured."""
        if not self.stage.config().database.exists():
            return False
        desk = open_desk(self.stage.config())
        try:
            return bool(desk.queue()) and not desk.jobs()
        finally:
            desk.store.close()

    def _measure(self, drop: Drop) -> None:
        with self._bars() as bars:
            waiting = bars.add_task(self._word("waiting"), total=None, note="")
            rows: dict[int, TaskID] = {}

            def observe(desk: Desk) -> None:
                jobs = {job.ordinal: job for job in desk.jobs()}
                for ordinal, job in jobs.items():
                    if ordinal not in rows:
                        bars.update(waiting, visible=False)
                        rows[ordinal] = bars.add_task(self._word("lesson-place", ordinal=ordinal), total=1.0, note="")
                    bars.update(rows[ordinal], completed=job.progress, note=self._note(job))
                for ordinal in rows.keys() - jobs.keys():
                    bars.update(rows[ordinal], completed=1.0, note="")

            took = stage.run_daemon(self.stage, observe)
        desk = open_desk(self.stage.config())
        try:
            beat = desk.daemon() or {}
        finally:
            desk.store.close()
        frames = drop.truth.frames * 2
        rate = f"{frames / max(took, 0.001):.0f}"
        self._say(
            "speed", frames=frames, seconds=f"{took:.0f}", rate=rate, device=device_phrase(str(beat.get("device", "")))
        )

    def _note(self, job: JobView) -> str:
        words = []
        stage_id = f"job.stage.{job.stage}"
        if stage_id in catalogue(self.session.language):
            words.append(self.session.say(stage_id))
        if job.frames_per_second:
            words.append(self._word("frames-per-second", value=f"{job.frames_per_second:.0f}"))
        if job.eta_seconds is not None:
            minutes, rest = divmod(round(job.eta_seconds), 60)
            words.append(self._word("stage-left", time=f"{minutes}:{rest:02}"))
        return "  ".join(words)

    def _only(self, desk: Desk) -> SubmissionView:
        rows = desk.queue()
        if not rows:
            raise StationError("demo.nothing-taken", path=str(self.stage.log_path))
        return desk.submission(rows[0].id)

    # ---------------------------------------------------------------- the tables

    def _all_measured(self, view: SubmissionView) -> bool:
        """Tell what was not measured; nothing was found or left alone there, so there is nothing to compare."""
        failed = [
            (lesson.ordinal, lesson.job_reason)
            for lesson in view.lessons
            if lesson.job_state == "failed" and lesson.job_reason is not None
        ]
        for ordinal, reason in failed:
            self._say("lesson-not-measured", ordinal=ordinal, reason=told(self.session, *reason))
        return not failed

    def _print(self, result: score.Score, profile: Profile) -> None:
        planted = self._table("faults-title", "what", "where", "truth", "found", "result")
        for row in result.planted:
            spec = profile.checks[row.planted.check]
            verdict = Text(self._word("found"), GOOD) if row.finding else Text(self._word("missed"), BAD)
            found = self._clock_of(row.finding) if row.finding and row.planted.lesson else ""
            name = spec.zh if self.session.language == "zh" else spec.en
            planted.add_row(name, self._place(row.planted.lesson), self._clock_planted(row.planted), found, verdict)
        self.out.print(planted)
        normal = self._table("normal-title", "what", "where", "truth", "result")
        for decoy in result.decoys:
            normal.add_row(
                self._decoy_name(decoy.decoy),
                self._place(decoy.decoy.lesson),
                _clock(decoy.decoy.start_frame / RATE, decoy.decoy.end_frame / RATE),
                self._quiet([alarm.check for alarm in decoy.alarms]),
            )
        normal.add_row(self._word("others-quiet"), "", "", self._quiet([finding.check for _, finding in result.others]))
        self.out.print(normal)
        if result.good:
            self._say("summary-good", planted=len(result.planted), decoys=len(result.decoys))
        else:
            self._say("summary-bad", missed=result.missed, alarms=result.alarms)

    def _table(self, title: str, *columns: str) -> Table:
        made = Table(title=self._word(title), title_justify="left", header_style="bold")
        for column in columns:
            made.add_column(self._word(f"column-{column}"), overflow="fold")
        return made

    def _quiet(self, checks: list[str]) -> Text:
        if not checks:
            return Text(self._word("quiet"), GOOD)
        return Text(self._word("false-alarm", checks=", ".join(sorted(set(checks)))), BAD)

    def _decoy_name(self, decoy: Decoy) -> str:
        return self._word(f"decoy-{decoy.name}", seconds=round((decoy.end_frame - decoy.start_frame) / RATE))

    def _place(self, lesson: int | None) -> str:
        return self._word("papers-place") if lesson is None else self._word("lesson-place", ordinal=lesson)

    def _clock_planted(self, planted: Planted) -> str:
        if planted.lesson is None:
            return ""
        if planted.start_frame is None or planted.end_frame is None:
            return self._word("whole-lesson")
        return _clock(planted.start_frame / RATE, planted.end_frame / RATE)

    def _clock_of(self, finding: FindingView) -> str:
        if finding.start is None:
            return self._word("whole-lesson")
        return _clock(finding.start, finding.start if finding.end is None else finding.end)

    # ------------------------------------------------------------------- words

    def _bars(self, *columns: MofNCompleteColumn) -> Progress:
        return Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            *columns,
            TextColumn("{task.fields[note]}", markup=False),
            console=self.out,
            disable=not self.out.is_terminal,
        )

    def _word(self, name: str, **places: object) -> str:
        return self.session.say(f"demo.{name}", **places)

    def _say(self, name: str, **places: object) -> None:
        for line in self._word(name, **places).split("\n"):
            self.out.print(plain(line), soft_wrap=True)


def program() -> str:
    """How to call this program again from where one is: `station` finds it only in an activated environment."""
    own = Path(sys.executable).with_name("station")
    found = shutil.which("station")
    if (found and Path(found) == own) or not own.exists():
        return "station"
    return str(own.relative_to(Path.cwd()) if own.is_relative_to(Path.cwd()) else own)


def _clock(start: float, end: float) -> str:
    return f"{_moment(start)}–{_moment(end)}"


def _moment(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{rest:05.2f}"
