"""What is kept of a measured lesson, enough to judge it again without its video: measurements, readings, papers, context."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from station.checks.subject import Subject
from station.context import Context, Copy
from station.judge import Judgement, judge
from station.papers import codec
from station.profile import Profile
from station.readings import Readings, from_json
from station.store import submissions
from station.store.connection import Store
from station.store.names import restored

MEASUREMENTS, READINGS, OVERVIEW, RENDITION, EVIDENCE, TRACE, COPIES = (
    "measurements.npz", "readings.json", "overview.json", "rendition.mp4", "evidence", "trace.npz", "copies.json",
)  # fmt: skip
"""Names in a lesson's folder."""


@dataclass(frozen=True)
class KeptLesson:
    """Where it lies, and what goes with it. A plain value: it travels to other processes."""

    id: str
    ordinal: int
    file: str
    """Absolute path of the sender's file; it need not be there any more."""
    measurements: str
    """Absolute path of measurements.npz."""
    papers: str
    """As `station.papers.codec` writes them."""
    context: Context = field(default_factory=Context)

    @property
    def folder(self) -> Path:
        """The lesson's folder."""
        return Path(self.measurements).parent


def readings_in(folder: Path) -> Readings:
    """The readings beside a lesson's measurements; none where no reader ran. Raises OSError, ValueError (damaged)."""
    try:
        text = (folder / READINGS).read_text(encoding="utf-8")
    except FileNotFoundError:
        return Readings()
    return from_json(text)


def copies_in(folder: Path) -> tuple[Copy, ...] | None:
    """What a lesson had in common with the archive when it was last searched; None where it never was, or that is lost."""
    try:
        return tuple(Copy(**row) for row in json.loads((folder / COPIES).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def keep_copies(folder: Path, copies: tuple[Copy, ...] | None) -> None:
    """Write what `copies_in` reads. Raises OSError."""
    if copies is not None:
        partial = folder / f"{COPIES}.partial"
        partial.write_text(json.dumps([asdict(copy) for copy in copies]), encoding="utf-8")
        partial.replace(folder / COPIES)


def subject_of(kept: KeptLesson) -> Subject:
    """The lesson as checks look at it. Raises OSError, ValueError (damaged, or of another version of this program)."""
    from gpu import keeping  # noqa: PLC0415 - arrays load only where a lesson is judged

    return Subject(
        keeping.load(Path(kept.measurements)),
        codec.from_json(kept.papers),
        kept.ordinal,
        readings_in(kept.folder),
        kept.context,
    )


def judge_again(kept: KeptLesson, profile: Profile) -> Judgement:
    """The judgement of what is kept. Raises as `subject_of`."""
    return judge(subject_of(kept), profile)


def kept_lessons(store: Store, root: Path, submission_id: str) -> list[KeptLesson]:
    """The measured lessons of a submission, in order, without their context. `root` is the station's folder."""
    row = submissions.header(store, submission_id)
    if row is None:
        return []
    return [
        KeptLesson(
            lesson["id"],
            lesson["ordinal"],
            str(root / restored(lesson["file"])),
            str(root / restored(lesson["measurements"])),
            row["papers"],
        )
        for lesson in submissions.lessons(store, submission_id)
        if lesson["measurements"]
    ]
