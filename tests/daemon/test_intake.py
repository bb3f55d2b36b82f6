"""Taking drops in: what a sender can send, and what becomes of it. Real files, the real store, no engine."""

import gzip
import os
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from daemon import intake, survey, transfer
from daemon.errors import NotNow
from daemon.inbox import Inbox
from daemon.intake import Bench, carry_on, take_in
from daemon.side import run_aside
from daemon.snapshot import take_snapshot
from daemon.sums import file_sha256
from station.store import drops, jobs, submissions
from station.store.drops import Drop
from station.store.names import natural, restored
from station.workflow import State
from tests.daemon.test_archive import raw_zip
from tests.daemon.test_transfer import NOBODY, in_child

HOSTILE = [
    "a\nb", "\x1b[31mred\x1b[0m", "[／foo]", "[bold]", "[@click=app.quit]x", "..", "..名..", "😀🎬", "\u202egpm\u200f", "字" * 83 + ".mp4",
    "a" * 251 + ".mp4", "'; DROP TABLE drops;--", "$(reboot)", "-rf", "{name}", "100%s", "\x7f\x9b", os.fsdecode(b"\xff\xfe"),
    os.fsdecode("第一课".encode("gbk")), "\U0010dc80",
]  # fmt: skip


@pytest.fixture(autouse=True)
def survey_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process a survey costs half a second: `test_side` and the journeys pay it, these many cases need not."""

    def here(work: Callable[..., object], *arguments: object, **limits: object) -> object:
        return work(*arguments)

    monkeypatch.setattr(intake, "run_aside", here)


def folder_drop(bench: Bench, name: str, clip: Path, files: tuple[str, ...] = ("第1讲.mp4",)) -> Path:
    drop = bench.places.inbox / name
    drop.mkdir()
    for file in files:
        shutil.copy(clip, drop / file)
    return drop


def zip_drop(bench: Bench, name: str, *files: tuple[str, Path]) -> Path:
    packed = bench.places.inbox / name
    with zipfile.ZipFile(packed, "w") as out:
        for inside, file in files:
            out.write(file, inside)
    return packed


def only_drop(bench: Bench) -> drops.Drop:
    (drop,) = drops.all_drops(bench.store)
    return drop


def lessons(bench: Bench) -> list[str]:
    return [row["title"] for row in submissions.lessons(bench.store, only_drop(bench).id)]


def refused_reason(bench: Bench, source: Path) -> str:
    """Take `source` in, which must be refused and kept whole with its reason; the reason's id."""
    before = tree(source)
    assert take_in(bench, source) in {"refused", "duplicate"}
    drop = drops.all_drops(bench.store)[-1]
    kept = bench.places.refused(drop.id) / source.name
    assert tree(kept) == before
    assert not os.path.lexists(source)
    assert not bench.places.taking(drop.id).exists()
    assert (kept.parent / "reason.txt").read_text(encoding="utf-8")
    return drop.reason["message"]


def tree(path: Path) -> list[tuple[str, str, str]]:
    """Kind, relative path and content of everything below `path`."""
    snapshot = take_snapshot(path)
    assert snapshot is not None
    return [
        (e.kind, e.path, file_sha256(path / e.path if e.path else path) if e.kind == "file" else "")
        for e in snapshot.entries
    ]


def test_a_folder_becomes_a_submission_with_jobs(bench: Bench, clip: Path):
    drop = folder_drop(bench, "网络安全", clip, ("第10讲.mp4", "第2讲.mp4", "说明.txt"))
    before = tree(drop)
    assert take_in(bench, drop) == "registered"
    row = submissions.header(bench.store, only_drop(bench).id)
    assert (row["title"], row["state"]) == ("网络安全", State.QUEUED)
    assert lessons(bench) == ["第2讲", "第10讲"]
    assert jobs.counts(bench.store)["queued"] == 2
    assert tree(bench.places.submission(row["id"]) / "source/网络安全") == before
    assert not os.path.lexists(drop)
    for lesson in submissions.lessons(bench.store, row["id"]):
        assert file_sha256(bench.places.root / restored(lesson["file"])) == lesson["sha256"]


def test_a_single_video(bench: Bench, clip: Path):
    shutil.copy(clip, bench.places.inbox / "第1讲.mp4")
    assert take_in(bench, bench.places.inbox / "第1讲.mp4") == "registered"
    assert lessons(bench) == ["第1讲"]


def test_an_archive_is_unpacked_and_kept(bench: Bench, clip: Path):
    packed = zip_drop(
        bench, "课程.zip", ("网络安全/第1讲.mp4", clip), ("网络安全/inner.zip", clip), ("__MACOSX/._x.mp4", clip)
    )
    before = packed.read_bytes()
    assert take_in(bench, packed) == "registered"
    home = bench.places.submission(only_drop(bench).id)
    assert (home / "archive/课程.zip").read_bytes() == before
    assert (home / "source/网络安全/第1讲.mp4").exists()
    assert submissions.header(bench.store, only_drop(bench).id)["title"] == "网络安全"
    problems = only_drop(bench).reason["params"]["problems"]
    assert [p["message"] for p in problems] == ["intake.problem.archive-inside"]


def test_an_archive_with_gbk_names(bench: Bench, clip: Path):
    raw_zip(bench.places.inbox / "a.zip", "网络安全/第一讲.mp4".encode("gbk"), clip.read_bytes())
    assert take_in(bench, bench.places.inbox / "a.zip") == "registered"
    assert lessons(bench) == ["第一讲"]


@pytest.mark.parametrize("entry", ["../x.mp4", "/x.mp4"])
def test_an_archive_that_leads_outside_stays_whole(bench: Bench, clip: Path, entry: str):
    raw_zip(bench.places.inbox / "a.zip", entry.encode(), clip.read_bytes())
    assert refused_reason(bench, bench.places.inbox / "a.zip") == "intake.refused.archive-path"


def test_an_archive_that_is_damaged_stays_whole(bench: Bench, clip: Path):
    packed = zip_drop(bench, "a.zip", ("第1讲.mp4", clip))
    packed.write_bytes(packed.read_bytes()[:-500])
    assert refused_reason(bench, packed) == "intake.refused.archive-damaged"


def test_an_archive_of_another_kind(bench: Bench):
    (bench.places.inbox / "a.rar").write_bytes(b"Rar!\x1a\x07")
    assert refused_reason(bench, bench.places.inbox / "a.rar") == "intake.refused.archive-kind"


def test_an_empty_drop(bench: Bench):
    (bench.places.inbox / "empty/sub").mkdir(parents=True)
    assert refused_reason(bench, bench.places.inbox / "empty") == "intake.refused.empty"


@pytest.mark.parametrize("name", ["说明.txt", "附件1.xlsx", "封面.png", "讲稿.mp3", "._第1讲.mp4x"])
def test_a_drop_without_video(bench: Bench, name: str):
    drop = bench.places.inbox / "papers"
    drop.mkdir()
    (drop / name).write_bytes(b"x" * 100)
    assert refused_reason(bench, drop) in {"intake.refused.no-video", "intake.refused.empty"}


@pytest.mark.parametrize("content", [b"", b"text, renamed" * 50, b"\0\0\0\x18ftypisom\0\0\0\0isom", None])
def test_a_broken_video_is_a_lesson_and_no_reason_to_refuse(bench: Bench, clip: Path, content: bytes | None):
    """Whether it decodes is for the judgement to say, with its evidence: here nothing is lost and nothing stops."""
    drop = bench.places.inbox / "broken"
    drop.mkdir()
    (drop / "第1讲.mp4").write_bytes(clip.read_bytes()[:3000] if content is None else content)
    assert take_in(bench, drop) == "registered"
    assert lessons(bench) == ["第1讲"]


def test_a_video_without_an_ending(bench: Bench, clip: Path):
    folder_drop(bench, "drop", clip, ("lesson",))
    assert take_in(bench, bench.places.inbox / "drop") == "registered"
    assert lessons(bench) == ["lesson"]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names(bench: Bench, clip: Path, name: str):
    """Names of any kind survive on the disk, byte for byte, and are safe wherever they are shown."""
    file = name if name.endswith(".mp4") else f"{name}.mp4"
    drop = bench.places.inbox / (name if name != ".." else "...")
    drop.mkdir()
    shutil.copy(clip, drop / file)
    assert take_in(bench, drop) == "registered"
    row = only_drop(bench)
    (lesson,) = submissions.lessons(bench.store, row.id)
    kept = bench.places.root / restored(lesson["file"])
    assert kept.is_file()
    assert os.fsencode(kept.name) == os.fsencode(file)
    assert os.fsencode(kept.parent.name) == os.fsencode(drop.name)
    for text in (row.name, lesson["title"], submissions.header(bench.store, row.id)["title"]):
        text.encode("utf-8")
        assert not any(sign in text for sign in "\x1b\n\x9b\x7f\u202e\u200f")


def test_links_and_special_files_are_not_followed(bench: Bench, clip: Path, tmp_path: Path):
    drop = folder_drop(bench, "drop", clip)
    secret = tmp_path / "secret.mp4"
    shutil.copy(clip, secret)
    (drop / "第2讲.mp4").symlink_to(secret)
    (drop / "folder").symlink_to(tmp_path)
    os.mkfifo(drop / "第3讲.mp4")
    assert take_in(bench, drop) == "registered"
    assert lessons(bench) == ["第1讲"]
    told = {(p["message"], p["params"]["file"]) for p in only_drop(bench).reason["params"]["problems"]}
    assert told == {
        ("intake.problem.link", "第2讲.mp4"),
        ("intake.problem.link", "folder"),
        ("intake.problem.special", "第3讲.mp4"),
    }


@pytest.mark.parametrize("make", [lambda p: p.symlink_to("/etc/passwd"), os.mkfifo])
def test_a_drop_that_is_a_link_or_a_special_file(bench: Bench, make: Callable[[Path], None]):
    make(bench.places.inbox / "x.mp4")
    assert refused_reason(bench, bench.places.inbox / "x.mp4") == "intake.refused.kind"


def test_the_same_drop_twice(bench: Bench, clip: Path):
    folder_drop(bench, "first", clip)
    assert take_in(bench, bench.places.inbox / "first") == "registered"
    assert refused_reason(bench, folder_drop(bench, "second", clip)) == "intake.refused.duplicate"
    packed = zip_drop(bench, "third.zip", ("网络安全/第1讲.mp4", clip))
    assert refused_reason(bench, packed) == "intake.refused.duplicate"
    states = [drop.state for drop in drops.all_drops(bench.store)]
    assert states == ["registered", "duplicate", "duplicate"]


def test_wrong_checksums_are_refused_in_the_end(bench: Bench, clip: Path):
    drop = folder_drop(bench, "drop", clip)
    (drop / "SHA256SUMS").write_text("0" * 64 + "  第1讲.mp4\n", encoding="utf-8")
    assert refused_reason(bench, drop) == "intake.refused.sums"


def test_a_list_of_checksums_may_name_what_no_disk_can_hold(bench: Bench, clip: Path):
    drop = folder_drop(bench, "drop", clip)
    (drop / "SHA256SUMS").write_text(f"{'0' * 64}  {'a' * 300}.mp4\n{'0' * 64}  a\0b.mp4\n", encoding="utf-8")
    assert refused_reason(bench, drop) == "intake.refused.sums"


def test_right_checksums(bench: Bench, clip: Path):
    drop = folder_drop(bench, "drop", clip)
    (drop / "SHA256SUMS").write_text(f"{file_sha256(clip)}  第1讲.mp4\n", encoding="utf-8")
    assert take_in(bench, drop) == "registered"


def test_papers_on_which_the_reader_breaks_down_cost_only_the_papers(
    bench: Bench, clip: Path, monkeypatch: pytest.MonkeyPatch
):
    def breaking(*_arguments: object, **_settings: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("station.papers.read.read_papers", breaking)
    assert take_in(bench, folder_drop(bench, "drop", clip)) == "registered"
    assert '"intake.problem.papers"' in submissions.header(bench.store, only_drop(bench).id)["papers"]


def test_papers_that_kill_their_reader_cost_only_the_papers(bench: Bench, clip: Path, monkeypatch: pytest.MonkeyPatch):
    real = survey.survey

    def deadly(work: Callable[..., object], folder: Path, probing: bool, reading: bool, **limits: object) -> object:
        if reading:
            raise intake.SideDied(-11)
        return real(folder, probing, reading)

    monkeypatch.setattr(intake, "run_aside", deadly)
    assert take_in(bench, folder_drop(bench, "drop", clip)) == "registered"
    assert '"intake.problem.papers"' in submissions.header(bench.store, only_drop(bench).id)["papers"]


# ---------------------------------------------------------------- killed between two steps, and run again


class Killed(BaseException):
    """Stands for the process's end: nothing catches it."""


STEPS = [
    (drops, "begin"), (transfer, "move"), (drops, "set_taken"), (intake, "_unpack"), (intake, "run_aside"),
    (intake, "_check"), (intake, "enter"), (jobs, "enqueue"), (drops, "set_registered"),
]  # fmt: skip


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("module", "name"), STEPS, ids=[name for _, name in STEPS])
@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_killed_at_a_step(
    bench: Bench, clip: Path, monkeypatch: pytest.MonkeyPatch, module: object, name: str, after: bool, kind: str
):
    made = folder_drop(bench, "drop", clip) if kind == "folder" else zip_drop(bench, "drop.zip", ("第1讲.mp4", clip))
    real = getattr(module, name)

    def deadly(*arguments: object, **settings: object) -> None:
        if after:
            real(*arguments, **settings)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(module, name, deadly)
        if name != "_unpack" or kind == "zip":
            with pytest.raises(Killed):
                take_in(bench, made)
    for drop in drops.unfinished(bench.store):
        if drop.state == "taken" or os.path.lexists(bench.places.root / drop.target):
            assert carry_on(bench, drop) == "registered"
    if os.path.lexists(made):
        assert take_in(bench, made) == "registered"
    assert [drop.state for drop in drops.all_drops(bench.store)] == ["registered"]
    assert lessons(bench) == ["第1讲"]
    assert jobs.counts(bench.store)["queued"] == 1
    assert not list((bench.places.root / "taking").iterdir())
    assert not list(bench.places.inbox.iterdir())


REFUSING = [(drops, "decide_refusal"), (transfer, "move"), (transfer, "remove"), (drops, "set_refused")]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("module", "name"), REFUSING, ids=[name for _, name in REFUSING])
def test_killed_while_refusing(bench: Bench, monkeypatch: pytest.MonkeyPatch, module: object, name: str, after: bool):
    (bench.places.inbox / "a.zip").write_bytes(b"PK damaged")
    real, calls = getattr(module, name), []

    def deadly(*arguments: object, **settings: object) -> None:
        calls.append(arguments)
        late = name in ("move", "remove") and not drops.unfinished(bench.store)[0].reason
        if late or after:
            real(*arguments, **settings)
        if not late:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(module, name, deadly)
        with pytest.raises(Killed):
            take_in(bench, bench.places.inbox / "a.zip")
    for drop in drops.unfinished(bench.store):
        assert carry_on(bench, drop) == "refused"
    assert only_drop(bench).state == "refused"
    assert (bench.places.root / only_drop(bench).target).read_bytes() == b"PK damaged"
    assert not list((bench.places.root / "taking").iterdir())


# ---------------------------------------------------------------- the inbox at work


def test_the_inbox_waits_says_why_and_takes(bench: Bench, clip: Path):
    now = [0.0]
    inbox = Inbox(bench, clock=lambda: now[0])
    drop = folder_drop(bench, "drop", clip)
    part = drop / "第2讲.mp4.part"
    part.write_bytes(b"x")
    inbox.scan()
    assert [held.reason.message for held in inbox.waiting] == ["intake.wait.settling"]
    now[0] = 10.0
    inbox.scan()
    assert [held.reason.message for held in inbox.waiting] == ["intake.wait.temporary"]
    shutil.copy(clip, part)
    part.rename(drop / "第2讲.mp4")
    for now[0] in (20.0, 20.1):
        inbox.scan()
        assert not inbox.tally.registered
    now[0] = 30.0
    inbox.scan()
    assert (inbox.tally.registered, inbox.waiting) == (1, ())
    assert lessons(bench) == ["第1讲", "第2讲"]


def test_a_truncated_video_is_waited_for_then_taken(bench: Bench, clip: Path):
    now = [0.0]
    inbox = Inbox(bench, clock=lambda: now[0])
    (bench.places.inbox / "cut.mp4").write_bytes(clip.read_bytes()[:5000])
    for now[0] in (0.0, 1.0):
        inbox.scan()
    assert [held.reason.message for held in inbox.waiting] == ["intake.wait.unfinished"]
    now[0] = 4.0
    inbox.scan()
    assert inbox.tally.registered == 1


def test_what_vanishes_is_forgotten(bench: Bench, clip: Path):
    now = [0.0]
    inbox = Inbox(bench, clock=lambda: now[0])
    drop = folder_drop(bench, "drop", clip)
    inbox.scan()
    shutil.rmtree(drop)
    now[0] = 10.0
    inbox.scan()
    assert inbox.waiting == ()
    assert drops.all_drops(bench.store) == []


def test_a_drop_taken_back_before_it_moved(bench: Bench, clip: Path, monkeypatch: pytest.MonkeyPatch):
    drop = folder_drop(bench, "drop", clip)
    with monkeypatch.context() as patch:
        patch.setattr(
            transfer, "move", lambda *a, **k: (_ for _ in ()).throw(NotNow("intake.wait.disk-full", file="x"))
        )
        with pytest.raises(NotNow):
            take_in(bench, drop)
    shutil.rmtree(drop)
    inbox = Inbox(bench)
    inbox.scan()
    assert inbox.tally.gone == 1
    assert drops.all_drops(bench.store) == []


def two_drops(bench: Bench, clip: Path) -> None:
    """`a`, a folder, and `b.mp4`, with other bytes."""
    folder_drop(bench, "a", clip)
    shutil.copy(clip, bench.places.inbox / "b.mp4")
    with (bench.places.inbox / "b.mp4").open("ab") as file:
        file.write(b"\0\0\0\x08free")


def test_one_bad_drop_does_not_hold_the_others(bench: Bench, clip: Path, monkeypatch: pytest.MonkeyPatch):
    now = [0.0]
    inbox = Inbox(bench, clock=lambda: now[0])
    two_drops(bench, clip)
    real = transfer.move

    def failing(source: Path, *arguments: object, **settings: object) -> None:
        if source.name == "a":
            raise OSError(5, "Input/output error", str(source))
        real(source, *arguments, **settings)

    monkeypatch.setattr(transfer, "move", failing)
    for now[0] in (0.0, 1.0, 1.01):
        inbox.scan()
    assert inbox.tally.registered == 1
    assert [held.name for held in inbox.waiting] == ["a"]


def test_a_drop_on_which_the_program_breaks_down_holds_nobody(
    bench: Bench, clip: Path, monkeypatch: pytest.MonkeyPatch
):
    now = [0.0]
    inbox = Inbox(bench, clock=lambda: now[0])
    two_drops(bench, clip)
    real = intake.enter

    def breaking(store: object, places: object, drop: Drop, found: object) -> object:
        if drop.name == "a":
            raise ZeroDivisionError
        return real(store, places, drop, found)

    with monkeypatch.context() as patch:
        patch.setattr(intake, "enter", breaking)
        for now[0] in (0.0, 1.0, 1.01):
            inbox.scan()
    assert inbox.tally.registered == 1
    assert [held.name for held in inbox.waiting] == ["a"]
    now[0] = 100.0
    inbox.scan()
    assert inbox.tally.registered == 2


def test_an_archive_whose_headers_would_fill_the_memory(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """A header of a tar may be any length, is read whole, and packs to nothing."""
    monkeypatch.setattr(intake, "run_aside", run_aside)
    monkeypatch.setattr(intake, "UNPACK_MEMORY", 300 << 20)
    header = tarfile.TarInfo("header")
    header.type, header.size = tarfile.XHDTYPE, 400 << 20
    with gzip.open(bench.places.inbox / "a.tar.gz", "wb", compresslevel=1) as out:
        out.write(header.tobuf(tarfile.USTAR_FORMAT))
        for _ in range(400):
            out.write(bytes(1 << 20))
    assert take_in(bench, bench.places.inbox / "a.tar.gz") == "refused"
    assert only_drop(bench).reason["message"] == "intake.refused.archive-died"


def test_hidden_names_are_told_not_taken(bench: Bench, clip: Path):
    now = [0.0]
    inbox = Inbox(bench, clock=lambda: now[0])
    shutil.copy(clip, bench.places.inbox / ".hidden.mp4")
    (bench.places.inbox / ".DS_Store").touch()
    for now[0] in (0.0, 1.0):
        inbox.scan()
    assert [(held.name, held.reason.message) for held in inbox.waiting] == [(".hidden.mp4", "intake.wait.hidden")]
    assert inbox.settled


@pytest.mark.skipif(os.getuid() != 0, reason="dropping privileges needs root")
def test_what_may_not_be_read_waits_and_says_so(bench: Bench, clip: Path):
    drop = folder_drop(bench, "drop", clip)
    (drop / "第1讲.mp4").chmod(0)
    open_way(drop)

    def work() -> None:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        snapshot = take_snapshot(drop)
        assert [entry.path for entry in snapshot.unreadable] == ["第1讲.mp4"]

    assert in_child(work) == 0


def open_way(path: Path) -> None:
    """Let another account walk to `path` below the test's temporary folder."""
    for folder in path.parents:
        if folder.stat().st_uid == os.getuid() and "pytest" in str(folder):
            folder.chmod(folder.stat().st_mode | 0o055)


def test_lessons_keep_their_natural_order(bench: Bench, clip: Path):
    names = tuple(f"第{n}讲.mp4" for n in (11, 1, 2, 10))
    take_in(bench, folder_drop(bench, "drop", clip, names))
    assert lessons(bench) == sorted((name.removesuffix(".mp4") for name in names), key=natural)
