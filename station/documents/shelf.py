"""Documents written from a screen: into `exports` of the station's folder, each under a name of its own."""

from datetime import UTC, datetime
from pathlib import Path

from station.desk.exporting import ExportDesk
from station.desk.sitting import Sitting
from station.documents.catalogue import catalogue_xlsx
from station.documents.letter import letter_docx
from station.documents.opinion import opinion_docx
from station.documents.writing import write_whole
from station.errors import NotAllowed, Unavailable
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
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    return write_whole(exports.config.root / FOLDER / f"{name}-{stamp}{suffix}", content)
