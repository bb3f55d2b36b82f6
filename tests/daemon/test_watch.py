"""Noticing: which file systems are polled, and that events really wake."""

import threading
from pathlib import Path

import pytest

from daemon.watch import Watch, file_system, polls

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
nas:/share /srv/share nfs4 rw 0 0
//nas/in /srv/share/windows\\040in cifs rw 0 0
me@host: /mnt/ssh fuse.sshfs rw 0 0
tmpfs /srv/share/fast tmpfs rw 0 0
broken
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/home/x", "ext4"), ("/srv/share/inbox", "nfs4"), ("/srv/share/windows in/a", "cifs"), ("/srv/share/fast", "tmpfs"),
     ("/mnt/ssh", "fuse.sshfs"), ("/srv/sharex", "ext4")],
)  # fmt: skip
def test_the_type_of_the_mount(path: str, kind: str):
    assert file_system(Path(path), MOUNTS) == kind


@pytest.mark.parametrize(
    ("events", "path", "polled"),
    [("auto", "/home/x", False), ("auto", "/srv/share/inbox", True), ("auto", "/mnt/ssh", True), ("native", "/mnt/ssh", False),
     ("polling", "/home/x", True)],
)  # fmt: skip
def test_network_file_systems_are_polled(events: str, path: str, polled: bool):
    assert polls(events, Path(path), MOUNTS) is polled


def test_a_later_mount_hides_an_earlier_one():
    assert file_system(Path("/a/b"), "x /a ext4 rw 0 0\ny /a nfs rw 0 0\n") == "nfs"


@pytest.mark.parametrize("events", ["native", "polling"])
def test_a_change_deep_inside_wakes(tmp_path: Path, events: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("daemon.watch.POLL_SECONDS", 0.1)
    woken = threading.Event()
    watch = Watch(tmp_path, events, woken.set)
    assert watch.start() is None
    try:
        assert watch.alive()
        (tmp_path / "a/b").mkdir(parents=True)
        assert woken.wait(10)
        woken.clear()
        (tmp_path / "a/b/c.mp4").write_bytes(b"x")
        assert woken.wait(10)
    finally:
        watch.stop()
    assert not watch.alive()


def test_an_inbox_that_is_not_there_is_told(tmp_path: Path):
    watch = Watch(tmp_path / "none", "native", lambda: None)
    try:
        assert isinstance(watch.start(), OSError)
    finally:
        watch.stop()
