"""Documents written from a screen: into `exports` of the station's folder, each under a name of its own."""

from datetime import UTC, datetime
from pathlib import Path

from station.desk.exporting import ExportDesk
from station.desk.sitting import Sitting
from station.documents.bundle import write_bundle
from station.documents.catalogue import catalogue_xlsx
from station.documents.excellent import excellent_xlsx, rank, read_numbers
from station.documents.ledger import credits_of, ledger_xlsx
from station.documents.letter import letter_docx
from station.documents.opinion import opinion_docx
from station.documents.writing import write_whole
from station.errors import NotAllowed, Unavailable, UsageError, system_words
from station.store import audit

FOLDER = "exports"


def shelve_letter(desk: Sitting, submission_id: str, language: str) -> Path:
    """The return letter, written; its path. Raises NotFound, NotAllowed, Unavailable."""
    exports = ExportDesk.of(desk)
    made = exports.letter(submission_id)
    return _write(
        exports, f"letter-{made.work.id}", ".docx", letter_docx(made, desk.profile, exports.settings, language)
    )


def shelve_opinion(desk: Sitting, submission_id: str, language: str) -> Path:
    """The experts' opinion, written; its path. Raises NotFound, NotAllowed, Unavailable."""
    exports = ExportDesk.of(desk)
    made = exports.opinion(submission_id)
    return _write(
        exports, f"opinion-{made.work.id}", ".docx", opinion_docx(made, desk.rubric, exports.settings, language)
    )


def shelve_catalogue(desk: Sitting, language: str) -> Path:
    """The catalogue, written; its path. Raises NotAllowed, Unavailable."""
    exports = ExportDesk.of(desk)
    return _write(exports, "catalogue", ".xlsx", catalogue_xlsx(exports.catalogue(), exports.settings, language))


def shelve_ledger(desk: Sitting, language: str) -> Path:
    """The lecturers' hours, written; its path. Raises NotAllowed, Unavailable."""
    exports = ExportDesk.of(desk)
    rows = credits_of(exports.catalogue("ledger").entries, exports.settings.credit_times)
    return _write(exports, "ledger", ".xlsx", ledger_xlsx(rows, exports.settings, language))


def shelve_excellent(desk: Sitting, numbers: Path, language: str) -> Path:
    """The ranking of excellent courseware with the numbers of learners in a CSV file, written; its path. Raises NotAllowed,
    UsageError (what is wrong in the file), Unavailable."""
    try:
        content = numbers.read_bytes()
    except OSError as error:
        raise UsageError("documents.error.unreadable", path=str(numbers), detail=system_words(error)) from error
    exports = ExportDesk.of(desk)
    made = exports.catalogue("excellent")
    told = read_numbers(content, numbers.name, made.entries)
    ranked = rank(made.entries, exports.marks(made.entries), told, exports.settings.excellent)
    return _write(exports, "excellent", ".xlsx", excellent_xlsx(ranked, exports.settings, language))


def shelve_bundle(desk: Sitting, language: str) -> tuple[Path, int]:
    """The publication bundle of the whole catalogue, a folder; its path, and how many works it holds. Copies every rendition.
    Raises NotAllowed, UsageError, Unavailable."""
    exports = ExportDesk.of(desk)
    made, works = exports.bundle()
    path = exports.config.root / FOLDER / f"bundle-{_stamp()}"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bundle(
        path, made, works, exports.settings, language, sealed=lambda manifest: exports.bundled(works, manifest)
    )
    return path, len(works)


def shelve_head(desk: Sitting) -> Path:
    """The head of the log, written once the whole log was found sound; its path. Raises NotAllowed, Unavailable (the log is not
    sound, or nothing can be written)."""
    exports = ExportDesk.of(desk)
    if not desk.person.roles:
        raise NotAllowed("desk.no-role", account=desk.person.account)
    report = audit.verify(desk.store)
    if not report.sound:
        raise Unavailable("audit.broken", count=len(report.problems))
    return _write(exports, "log-head", ".txt", (report.head + "\n").encode())


def _write(exports: ExportDesk, name: str, suffix: str, content: bytes) -> Path:
    return write_whole(exports.config.root / FOLDER / f"{name}-{_stamp()}{suffix}", content)


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
