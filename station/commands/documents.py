"""`station letter | opinion | catalogue | ledger | excellent | bundle`: documents out of the station, each logged."""

from pathlib import Path

import click

from station.cli import Session
from station.commands._spoken import SpokenCommand, SpokenOption, sitting
from station.errors import UsageError, system_words

DAYS = (1, 366)
_FILE = click.Path(path_type=Path)
out = click.option(
    "-o", "--out", type=_FILE, required=True, metavar="FILE", cls=SpokenOption, help="documents.help.out"
)
force = click.option("--force", is_flag=True, cls=SpokenOption, help="documents.help.force")


@click.command(cls=SpokenCommand)
@click.argument("submission", metavar="ID")
@out
@force
@click.option("--days", type=int, default=None, metavar="DAYS", cls=SpokenOption, help="documents.help.days")
@click.pass_obj
def letter(session: Session, submission: str, *, out: Path, force: bool, days: int | None) -> None:
    """The return letter; a draft while the submission is not returned."""
    from station.desk.exporting import ExportDesk  # noqa: PLC0415 - Office libraries load only here
    from station.documents.letter import letter_docx  # noqa: PLC0415

    _wanted(out, (".docx",), force=force)
    if days is not None and not DAYS[0] <= days <= DAYS[1]:
        raise UsageError("documents.error.days")
    with sitting(session) as desk:
        exports = ExportDesk.of(desk)
        content = letter_docx(exports.letter(submission, days=days), desk.profile, exports.settings, session.language)
    _write(session, out, content, force=force)


@click.command(cls=SpokenCommand)
@click.argument("submission", metavar="ID")
@out
@force
@click.pass_obj
def opinion(session: Session, submission: str, *, out: Path, force: bool) -> None:
    """The experts' opinion."""
    from station.desk.exporting import ExportDesk  # noqa: PLC0415 - see above
    from station.documents.opinion import opinion_docx  # noqa: PLC0415

    _wanted(out, (".docx",), force=force)
    with sitting(session) as desk:
        exports = ExportDesk.of(desk)
        content = opinion_docx(exports.opinion(submission), desk.rubric, exports.settings, session.language)
    _write(session, out, content, force=force)


@click.command(cls=SpokenCommand)
@out
@force
@click.pass_obj
def catalogue(session: Session, *, out: Path, force: bool) -> None:
    """The catalogue."""
    from station.desk.exporting import ExportDesk  # noqa: PLC0415 - see above
    from station.documents.catalogue import catalogue_json, catalogue_xlsx  # noqa: PLC0415

    _wanted(out, (".xlsx", ".json"), force=force)
    with sitting(session) as desk:
        exports = ExportDesk.of(desk)
        made = exports.catalogue()
    as_json = out.suffix.lower() == ".json"
    content = catalogue_json(made) if as_json else catalogue_xlsx(made, exports.settings, session.language)
    _write(session, out, content, force=force)
    _tell_left_out(session, made.left_out)


@click.command(cls=SpokenCommand)
@out
@force
@click.pass_obj
def ledger(session: Session, *, out: Path, force: bool) -> None:
    """The lecturers' hours."""
    from station.desk.exporting import ExportDesk  # noqa: PLC0415 - see above
    from station.documents.ledger import credits_of, ledger_xlsx  # noqa: PLC0415

    _wanted(out, (".xlsx",), force=force)
    with sitting(session) as desk:
        exports = ExportDesk.of(desk)
        made = exports.catalogue("ledger")
    rows = credits_of(made.entries, exports.settings.credit_times)
    _write(session, out, ledger_xlsx(rows, exports.settings, session.language), force=force)
    _tell_left_out(session, made.left_out)


@click.command(cls=SpokenCommand)
@click.option("--numbers", type=_FILE, required=True, metavar="CSV", cls=SpokenOption, help="documents.help.numbers")
@out
@force
@click.pass_obj
def excellent(session: Session, *, numbers: Path, out: Path, force: bool) -> None:
    """The ranking and the certificate list."""
    from station.desk.exporting import ExportDesk  # noqa: PLC0415 - see above
    from station.documents.excellent import excellent_xlsx, rank, read_numbers  # noqa: PLC0415

    _wanted(out, (".xlsx",), force=force)
    try:
        content = numbers.read_bytes()
    except OSError as error:
        raise UsageError("documents.error.unreadable", path=str(numbers), detail=system_words(error)) from error
    with sitting(session) as desk:
        exports = ExportDesk.of(desk)
        made = exports.catalogue("excellent")
        marks = exports.marks(made.entries)
    told = read_numbers(content, numbers.name, made.entries)
    ranked = rank(made.entries, marks, told, exports.settings.excellent)
    _write(session, out, excellent_xlsx(ranked, exports.settings, session.language), force=force)
    _tell_left_out(session, made.left_out)


@click.command(cls=SpokenCommand)
@click.argument("submissions", nargs=-1, metavar="[ID…]")
@click.option("-o", "--out", type=_FILE, required=True, metavar="DIR", cls=SpokenOption, help="documents.help.out")
@click.pass_obj
def bundle(session: Session, submissions: tuple[str, ...], *, out: Path) -> None:
    """The publication bundle: a new folder."""
    from station.desk.exporting import ExportDesk  # noqa: PLC0415 - see above
    from station.documents.bundle import write_bundle  # noqa: PLC0415

    with sitting(session) as desk:
        exports = ExportDesk.of(desk)
        made, works = exports.bundle(submissions)
        write_bundle(
            out, made, works, exports.settings, session.language,
            sealed=lambda manifest: exports.bundled(works, manifest),
        )  # fmt: skip
    click.echo(session.say("documents.bundled", path=str(out), works=len(works)))
    _tell_left_out(session, made.left_out)


def _wanted(path: Path, suffixes: tuple[str, ...], *, force: bool) -> None:
    """Before anything is read or logged: the name is one that can be written."""
    from station.documents.writing import refuse_existing  # noqa: PLC0415 - see above

    if path.suffix.lower() not in suffixes:
        raise UsageError("documents.error.suffix", path=str(path), suffixes=" / ".join(suffixes))
    refuse_existing(path, force=force)


def _write(session: Session, path: Path, content: bytes, *, force: bool) -> None:
    from station.documents.writing import write_whole  # noqa: PLC0415 - see above

    write_whole(path, content, force=force)
    click.echo(session.say("documents.written", path=str(path)))


def _tell_left_out(session: Session, count: int) -> None:
    if count:
        click.echo(session.say("documents.left-out", count=count), err=True)
