"""Taking drops in, so that nothing is ever lost: each step can be killed anywhere and run again.

The row stands first, then the files move. Where a drop is, the disk says:

    inbox/<name>                      the sender's
    taking/<id>/partial/              a copy under way, worth nothing yet
    taking/<id>/source|archive/<name> whole and verified; row: taking or taken
    submissions/<id>/source/…         made ready; row: taken, then registered with the submission
    submissions/<other>/added/<id>/…  papers alone, added to a submission that waited for them; row: registered
    refused/<id>/<name>               kept aside with the reason
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from daemon import archive, attach, names, survey, transfer
from daemon.errors import NotNow, Refused, not_now
from daemon.log import EventLog
from daemon.places import Places
from daemon.refuse import DUPLICATE, refuse
from daemon.register import enter
from daemon.side import SideDied, Stopping, run_aside
from daemon.snapshot import take_snapshot
from daemon.survey import Survey
from station.config import Config
from station.store import drops
from station.store.connection import Store
from station.store.drops import Drop
from station.store.names import shown
from station.store.submissions import new_id

GIB = 1 << 30
SLOWEST_READ = 2_000_000
"""Bytes a second: a survey that is slower has hung."""
SURVEY_SECONDS = 300.0
SURVEY_MEMORY = 8 * GIB
UNPACK_MEMORY = 2 * GIB
"""Bytes of address space for unpacking: the list of the entries is all that is held."""


@dataclass(frozen=True)
class Bench:
    """What taking in works with. The store is this thread's own."""

    store: Store
    places: Places
    config: Config
    log: EventLog
    stopped: Callable[[], bool] = lambda: False


def take_in(bench: Bench, source: Path) -> str:
    """Take the whole drop at `source` in; its state in the end. Raises NotNow, with the drop where it was or safe."""
    same = (drop for drop in drops.unfinished(bench.store) if drop.state == "taking" and drop.source == source)
    drop = next(same, None) or _begin(bench, source)
    return carry_on(bench, drop)


def _begin(bench: Bench, source: Path) -> Drop:
    drop_id = new_id()
    kind = "archive" if names.is_archive(source.name) and source.is_file() and not source.is_symlink() else "source"
    target = Path(bench.places.relative(bench.places.taking(drop_id))) / kind / source.name
    drops.begin(bench.store, drop_id, name=shown(source.name), source=source, target=target)
    return Drop(drop_id, shown(source.name), source, target, "taking", None, None, None)


def carry_on(bench: Bench, drop: Drop) -> str:
    """Bring a drop from where it stands to its end: `registered`, `refused`, `duplicate`, or `gone` where the sender took
    it back before it was moved. Raises NotNow."""
    if drop.state == "taking" and not _move(bench, drop):
        drops.forget(bench.store, drop.id)
        transfer.remove(bench.places.taking(drop.id))
        return "gone"
    try:
        _decided(drop)
        found = _made_ready(bench, drop)
        if not found.lessons:
            target = attach.attach(bench.store, bench.places, bench.config, drop, found)
            bench.log.info("daemon.log.papers-added", name=drop.name, id=target)
            return "registered"
        enter(bench.store, bench.places, drop, found)
    except Refused as refused:
        _refuse(bench, drop, refused)
        return "duplicate" if refused.reason.message == DUPLICATE else "refused"
    except OSError as error:
        raise not_now(error, drop.name) from error
    bench.log.info("daemon.log.registered", name=drop.name, id=drop.id, lessons=len(found.lessons))
    return "registered"


def _decided(drop: Drop) -> None:
    """Carry a refusal on that was decided before."""
    if drop.reason:
        raise Refused(drop.reason["message"], **drop.reason["params"])


def _refuse(bench: Bench, drop: Drop, refused: Refused) -> None:
    language, reason = bench.config.station.language, refused.reason
    refuse(bench.store, bench.places, drop, reason, language=language, digest=refused.digest or drop.digest)
    bench.log.warning("daemon.log.refused", name=drop.name, reason=bench.log.text(reason.message, **reason.params))


def _move(bench: Bench, drop: Drop) -> bool:
    """From the inbox into the station's hands. False: there is nothing to move."""
    target = bench.places.root / drop.target
    if os.path.lexists(target):
        if drop.source.exists() and drop.source.lstat().st_dev != target.lstat().st_dev:
            transfer.clear_copied(drop.source, target)
    elif os.path.lexists(drop.source):
        transfer.move(drop.source, target, bench.places.taking(drop.id) / "partial", stopped=bench.stopped)
    else:
        return False
    drops.set_taken(bench.store, drop.id)
    bench.log.info("daemon.log.taken", name=drop.name, id=drop.id)
    return True


def _made_ready(bench: Bench, drop: Drop) -> Survey:
    """The survey of a drop that lies at submissions/<id>. Raises Refused, NotNow, OSError."""
    home = bench.places.submission(drop.id)
    if (home / "source").is_dir():
        return _surveyed(bench, home / "source")
    if (added := attach.kept(bench.places, drop)) is not None:
        return _surveyed(bench, added / "source")
    ready = bench.places.taking(drop.id)
    if drop.target.parent.name == "archive":
        _unpack(bench, ready, bench.places.root / drop.target)
    _check_kind(bench.places.root / drop.target)
    found = _surveyed(bench, ready / "source")
    _check(bench, drop, found)
    if found.lessons:
        transfer.move(ready, home, home.with_name(f".{home.name}"), stopped=bench.stopped)
    return found


def _unpack(bench: Bench, ready: Path, packed: Path) -> None:
    if (ready / "source").is_dir():
        return
    watch = bench.config.watch
    limits = archive.Limits(int(watch.max_archive_gib * GIB), watch.max_archive_files)
    scratch = ready / "unpacking"
    transfer.remove(scratch)
    seconds = SURVEY_SECONDS + limits.total / SLOWEST_READ
    try:
        run_aside(archive.unpack, packed, scratch, limits, seconds=seconds, memory=UNPACK_MEMORY, stopped=bench.stopped)
        scratch.rename(ready / "source")
    except SideDied as died:
        raise Refused("intake.refused.archive-died", code=str(died.code)) from died
    except Stopping:
        raise NotNow("intake.wait.stopping") from None
    finally:
        transfer.remove(scratch)


def _check_kind(path: Path) -> None:
    if path.is_symlink() or not (path.is_file() or path.is_dir()):
        raise Refused("intake.refused.kind", name=path.name)
    if path.is_file() and names.is_closed_archive(path.name):
        raise Refused("intake.refused.archive-kind", name=path.name)


def _surveyed(bench: Bench, folder: Path) -> Survey:
    before = take_snapshot(folder)
    seconds = SURVEY_SECONDS + (before.size if before else 0) / SLOWEST_READ
    found = _survey_aside(bench, folder, seconds)
    after = take_snapshot(folder)
    if before is None or after is None or not after.same_content(before):
        raise NotNow("intake.wait.changed", file=folder.name)
    for problem in found.problems:
        bench.log.warning(problem.message, **problem.params)
    return found


def _survey_aside(bench: Bench, folder: Path, seconds: float) -> Survey:
    """A file on which the process that reads it ends or breaks down costs only what that reading would have told."""
    code = ""
    for probing, reading in ((True, True), (False, True), (False, False)):
        try:
            found: Survey = run_aside(
                survey.survey, folder, probing, reading, seconds=seconds, memory=SURVEY_MEMORY, stopped=bench.stopped
            )
        except SideDied as died:
            code = str(died.code)
        except Stopping:
            raise NotNow("intake.wait.stopping") from None
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours or of a library's that only this drop brings out
            code = type(error).__name__
        else:
            return found if reading else survey.without_papers(found, code)
        bench.log.warning("daemon.log.survey-died", code=code)
    raise NotNow("intake.wait.survey")


def _check(bench: Bench, drop: Drop, found: Survey) -> None:
    if found.files == 0:
        raise Refused("intake.refused.empty").of(found.digest)
    if found.bad_sum is not None:
        raise Refused("intake.refused.sums", file=found.bad_sum).of(found.digest)
    earlier = drops.earlier_submission(bench.store, found.digest)
    if earlier is not None and earlier.id != drop.id:
        raise Refused(DUPLICATE, name=earlier.name, id=earlier.submission_id or "").of(found.digest)
    if not found.lessons and attach.target_of(bench.store, drop, found) is None:
        raise Refused(attach.NO_VIDEO).of(found.digest)
