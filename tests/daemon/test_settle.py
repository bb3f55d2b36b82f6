"""When is a drop whole? Snapshots and a clock that we turn."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from daemon import settle as settling
from daemon.settle import PATIENCE, Standing, Tracker
from daemon.snapshot import Entry, Snapshot
from station.store.drops import Reason

SETTLE = 20.0
TOP = Entry("", "folder", 0, 0, 0, 0)


def file(path: str, size: int = 10, time: int = 0, **fields: object) -> Entry:
    return replace(Entry(path, "file", size, time, time, 8), **fields)


def folder(*files: Entry) -> Snapshot:
    return Snapshot((TOP, *files))


def nothing() -> None:
    return None


def decide(drop: Snapshot, **settings: object) -> Standing:
    return settling.decide(drop, **{"name": "drop", "settle": SETTLE, "look": nothing} | settings)


def test_a_single_file_under_a_temporary_name():
    single = Snapshot((Entry("", "file", 10, 0, 0, 8),))
    standing = decide(single, name="a.mp4.part", still_for=SETTLE * 1000)
    assert standing.waits_for == Reason("intake.wait.temporary", {"file": "a.mp4.part"})


def test_a_drop_that_still_changes_is_not_whole():
    standing = decide(folder(file("a.mp4")), still_for=SETTLE - 0.1)
    assert standing.waits_for == Reason("intake.wait.settling")


def test_a_drop_that_stands_still_is_whole():
    assert decide(folder(file("a.mp4")), still_for=SETTLE).whole


def test_temporary_names_are_waited_for_however_long():
    for name in ("a.mp4.part", "a.mp4.crdownload", "a.tmp", "a.filepart", ".a.mp4.Xy12Zq", "deep/.~tmp~", ".nfs000001"):
        standing = decide(folder(file("a.mp4"), file(name)), still_for=SETTLE * 1000)
        assert standing.waits_for == Reason("intake.wait.temporary", {"file": name}), name
        assert not standing.patient


def test_an_open_document_is_waited_for_a_while():
    drop = folder(file("a.mp4"), file("~$form.xlsx"))
    assert decide(drop, still_for=SETTLE).waits_for.message == "intake.wait.open-document"
    assert decide(drop, still_for=SETTLE * PATIENCE).whole


def test_an_unfinished_file_is_waited_for_a_while():
    def cut() -> Reason:
        return Reason("intake.wait.unfinished", {"file": "a.mp4"})

    drop = folder(file("a.mp4"))
    assert decide(drop, still_for=SETTLE * PATIENCE - 1, look=cut).waits_for == cut()
    assert decide(drop, still_for=SETTLE * PATIENCE, look=cut).whole


def test_a_new_folder_is_not_taken_from_under_the_hand_that_fills_it():
    standing = decide(folder(file("Thumbs.db")), still_for=SETTLE)
    assert standing.waits_for == Reason("intake.wait.empty")


def test_what_may_not_be_read_is_told():
    standing = decide(folder(file("a.mp4", readable=False)), still_for=SETTLE * 99)
    assert standing.waits_for == Reason("intake.wait.unreadable", {"file": "a.mp4"})
    assert not standing.patient


CHANGES = st.lists(st.tuples(st.floats(0.1, 40.0), st.integers(0, 4)), min_size=1, max_size=25)


@given(CHANGES)
def test_whole_exactly_when_still_for_long_enough(steps: list[tuple[float, int]]):
    """However changes and looks fall: whole if and only if the last change was seen at least `SETTLE` ago."""
    tracker, now, changed_at, last = Tracker(SETTLE), 0.0, None, None
    for wait, size in steps:
        now += wait
        drop = folder(file("a.mp4", size=size))
        if size != last:
            changed_at, last = now, size
        standing = tracker.step("drop", drop, now, nothing)
        assert standing.whole == (now - changed_at >= SETTLE)


@given(st.integers(1, 30))
def test_a_slow_copy_is_never_whole_before_its_end(files: int):
    """File by file, each pause shorter than the settling time."""
    tracker, now = Tracker(SETTLE), 0.0
    for count in range(1, files + 1):
        drop = folder(*(file(f"{n}.mp4") for n in range(count)))
        assert not tracker.step("drop", drop, now, nothing).whole
        now += SETTLE - 0.01
    assert not tracker.step("drop", drop, now, nothing).whole
    assert tracker.step("drop", drop, now + SETTLE, nothing).whole


@given(st.sampled_from(["size", "mtime_ns", "ctime_ns", "blocks"]))
def test_every_sign_of_writing_starts_the_wait_anew(sign: str):
    tracker = Tracker(SETTLE)
    before = file("a.mp4")
    tracker.step("drop", folder(before), 0.0, nothing)
    after = replace(before, **{sign: getattr(before, sign) + 1})
    assert not tracker.step("drop", folder(after), SETTLE, nothing).whole


def test_content_is_looked_at_once_for_one_state():
    looks = []
    tracker = Tracker(SETTLE)

    def look() -> Reason:
        looks.append(1)
        return Reason("intake.wait.sums", {"file": "a.mp4"})

    drop = folder(file("a.mp4"))
    for now in (0.0, SETTLE, SETTLE + 1, SETTLE + 2):
        tracker.step("drop", drop, now, look)
    assert len(looks) == 1
    tracker.step("drop", folder(file("a.mp4", size=11)), SETTLE + 3, look)
    tracker.step("drop", folder(file("a.mp4", size=11)), SETTLE * 3, look)
    assert len(looks) == 2


def test_a_forgotten_drop_starts_anew():
    tracker = Tracker(SETTLE)
    tracker.step("drop", folder(file("a.mp4")), 0.0, nothing)
    tracker.keep([])
    assert not tracker.step("drop", folder(file("a.mp4")), SETTLE, nothing).whole
