"""Moving a drop, across file systems too, killed or hindered anywhere."""

import errno
import os
import resource
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from daemon import transfer
from daemon.errors import NotNow, not_now

NOBODY = 65534
LESSONS = {"课程/第1讲.mp4": b"1" * 3_000_000, "课程/a\nb.txt": b"2", "课程/空/x": b""}


@pytest.fixture
def across(monkeypatch: pytest.MonkeyPatch) -> None:
    """The inbox lies on another file system: a rename out of it fails as the system says it."""
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if "inbox" in self.parts:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), str(self))
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)


def fill(folder: Path, files: dict[str, bytes] = LESSONS) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def held(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file() and not f.is_symlink()}


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return fill(tmp_path / "inbox")


def move(inbox: Path, **settings: Callable[[], bool]) -> None:
    transfer.move(inbox / "课程", inbox.parent / "taking/课程", inbox.parent / "taking/.partial", **settings)


def test_by_rename(inbox: Path):
    inode = (inbox / "课程").stat().st_ino
    move(inbox)
    assert (inbox.parent / "taking/课程").stat().st_ino == inode


def test_by_copy(inbox: Path, across: None):
    times = (inbox / "课程/第1讲.mp4").stat().st_mtime_ns
    move(inbox)
    assert held(inbox.parent / "taking") == LESSONS
    assert (inbox.parent / "taking/课程/第1讲.mp4").stat().st_mtime_ns == times
    assert list(inbox.iterdir()) == []


def test_links_are_copied_as_links_and_special_files_leave_nothing_behind(inbox: Path, across: None, tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    (inbox / "课程/link.mp4").symlink_to(secret)
    os.mkfifo(inbox / "课程/fifo.mp4")
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind(str(inbox / "课程/s"))
    move(inbox)
    assert held(inbox.parent / "taking") == LESSONS
    assert (inbox.parent / "taking/课程/link.mp4").readlink() == secret
    assert not list(inbox.iterdir())
    assert secret.read_text() == "geheim"


def test_a_source_that_grows_meanwhile_stays(inbox: Path, across: None):
    def grow() -> bool:
        with (inbox / "课程/第1讲.mp4").open("ab") as file:
            file.write(b"more")
        return False

    with pytest.raises(NotNow, match="changed"):
        move(inbox, stopped=grow)
    assert set(held(inbox)) == set(LESSONS)
    assert not (inbox.parent / "taking").exists() or not list((inbox.parent / "taking").iterdir())


def test_a_source_that_vanishes_meanwhile(inbox: Path, across: None):
    def vanish() -> bool:
        (inbox / "课程/a\nb.txt").unlink(missing_ok=True)
        return False

    with pytest.raises(NotNow):
        move(inbox, stopped=vanish)
    assert "课程/第1讲.mp4" in held(inbox)


def test_stopping_in_the_middle(inbox: Path, across: None):
    with pytest.raises(NotNow, match="stopping"):
        move(inbox, stopped=lambda: True)
    assert held(inbox) == LESSONS
    move(inbox)
    assert held(inbox.parent / "taking") == LESSONS


def test_a_copy_that_differs_is_not_believed(inbox: Path, across: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(transfer, "file_sha256", lambda path: "0" * 64)
    with pytest.raises(NotNow, match="copy-differs"):
        move(inbox)
    assert held(inbox) == LESSONS


def test_killed_while_the_senders_files_go(inbox: Path, across: None, monkeypatch: pytest.MonkeyPatch):
    """The copy stands, half of the sender's files are gone: the rest goes, nothing else."""
    move(inbox)
    fill(inbox, {"课程/第1讲.mp4": LESSONS["课程/第1讲.mp4"]})
    transfer.clear_copied(inbox / "课程", inbox.parent / "taking/课程")
    assert not list(inbox.iterdir())
    assert held(inbox.parent / "taking") == LESSONS


def test_a_new_drop_of_the_same_name_is_no_leftover(inbox: Path, across: None):
    move(inbox)
    again = LESSONS | {"课程/第2讲.mp4": b"new"}
    fill(inbox, again)
    transfer.clear_copied(inbox / "课程", inbox.parent / "taking/课程")
    assert held(inbox) == again


def in_child(work: Callable[[], None]) -> int:
    """Run `work` in a forked child; its exit code, 0 when it raised nothing."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_full_disk_keeps_the_source(inbox: Path, across: None):
    """No file may grow over 1 MB in the child: what a full disk does to a copy."""

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
        with pytest.raises(NotNow, match="disk-full"):
            move(inbox)

    assert in_child(work) == 0
    assert held(inbox) == LESSONS
    assert not list((inbox.parent / "taking").iterdir())
    move(inbox)
    assert held(inbox.parent / "taking") == LESSONS


@pytest.mark.skipif(os.getuid() != 0, reason="dropping privileges needs root")
def test_no_permission_to_remove_means_not_taken(inbox: Path, across: None):
    """Files that could be copied but not removed would come again and again."""
    (inbox / "课程").chmod(0o755)
    target = inbox.parent / "taking"
    target.mkdir(mode=0o777)
    target.chmod(0o777)
    for folder in (inbox, *inbox.parents):
        if (
            folder.stat().st_mode & 0o005 != 0o005
            and folder.owner() == "root"
            and str(folder).startswith("/tmp/pytest")
        ):
            folder.chmod(0o755)

    def work() -> None:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        with pytest.raises(NotNow, match="no-permission"):
            move(inbox)

    assert in_child(work) == 0
    assert held(inbox) == LESSONS


@pytest.mark.parametrize(
    ("number", "message"),
    [(errno.ENOSPC, "disk-full"), (errno.EDQUOT, "disk-full"), (errno.EACCES, "no-permission"), (errno.EROFS, "no-permission"),
     (errno.ENOENT, "vanished"), (errno.EIO, "system")],
)  # fmt: skip
def test_what_the_system_says_becomes_a_reason_to_wait(number: int, message: str):
    reason = not_now(OSError(number, os.strerror(number), "a\x1b[31m\n.mp4"), "drop").reason
    assert reason.message == f"intake.wait.{message}"
    assert not any(sign in reason.params["file"] for sign in "\x1b\n")
