"""The archive's index of landmarks: entering, searching, what is left out, files that are written and merged."""

from pathlib import Path

import numpy as np
import pytest

from station import traces as kept
from station.lookup import Postings
from station.store import segments, traces
from station.store.connection import Store, open_store
from station.traces import Trace
from tests.station.likeness import copied, trace


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "station.db")


def lesson(store: Store, name: str, own: Trace | None, *, work: str = "", version: int = 1, ordinal: int = 1) -> str:
    """A lesson with its trace in its folder; its id. `work`: of which it is a version."""
    work, root = work or name, store.path.parent
    submission = f"{work}-{version}"
    with store.transaction():
        store.execute(
            "INSERT OR IGNORE INTO works(id, title, applicant_unit, title_key, applicant_key, created_at)"
            " VALUES(?, ?, '示例单位', ?, '示例单位', '')",
            (work, work, work),
        )
        store.execute(
            "INSERT OR IGNORE INTO submissions(id, work_id, version, drop_id, title, applicant_unit, recommending_unit, lecturer,"
            " applicant_key, recommending_key, state, folder, received_at, updated_at, papers)"
            " VALUES(?, ?, ?, 'd', ?, 'u', 'r', 'l', 'u', 'r', 'received', 'f', ?, '', '{}')",
            (submission, work, version, f"课程 {work}", name),
        )
        store.execute(
            "INSERT INTO lessons(id, submission_id, ordinal, title, file, sha256, bytes, measurements)"
            " VALUES(?, ?, ?, ?, 'f', 'x', 1, ?)",
            (name, submission, ordinal, f"第{ordinal}讲", f"l/{name}/measurements.npz" if own else ""),
        )
    if own is not None:
        folder = root / "l" / name
        folder.mkdir(parents=True)
        kept.save(own, folder / "trace.npz")
    return name


def search(store: Store, name: str) -> list[str]:
    """Lessons that have something in common with one."""
    own = traces.enter(store, name)
    assert own is not None
    return sorted({copy.lesson for copy in traces.search(store, name, own)})


def test_a_copy_is_found_with_its_place_and_title(store: Store) -> None:
    source = trace(1)
    for index in range(3):
        lesson(store, f"other{index}", trace(10 + index))
        traces.enter(store, f"other{index}")
    traces.enter(store, lesson(store, "source", source))
    own = copied(source, trace(2), 40, 80, 15)
    lesson(store, "own", own)
    (copy,) = traces.search(store, "own", own)
    assert (copy.lesson, copy.title, copy.by) == ("source", "课程 source / 第1讲", "both")
    assert copy.start == pytest.approx(80, abs=1.5)
    assert copy.other_end == pytest.approx(55, abs=1.5)


def test_other_versions_of_the_work_and_old_versions_of_others_are_left_out(store: Store) -> None:
    same = trace(1)
    for name, work, version in (("a1", "a", 1), ("a2", "a", 2), ("b1", "b", 1), ("b2", "b", 2)):
        lesson(store, name, same, work=work, version=version)
        traces.enter(store, name)
    assert search(store, "a2") == ["b2"]
    assert search(store, "b1") == ["a2"]


def test_another_lesson_of_the_submission_counts_where_much_is_the_same(store: Store) -> None:
    source = trace(1, 240)
    lesson(store, "first", source, work="w", ordinal=1)
    lesson(store, "short", copied(source, trace(2, 240), 100, 100, 12), work="w", ordinal=2)
    lesson(store, "long", copied(source, trace(3, 240), 40, 60, 150), work="w", ordinal=3)
    for name in ("first", "short", "long"):
        traces.enter(store, name)
    assert search(store, "first") == ["long"]


def test_a_short_stretch_that_many_works_have_is_a_template(store: Store) -> None:
    source = trace(1)
    for index in range(traces.COMMON_WORKS):
        lesson(store, f"o{index}", copied(source, trace(10 + index), 40, 50 + index, 12))
        traces.enter(store, f"o{index}")
    lesson(store, "own", copied(source, trace(3), 40, 70, 12))
    assert search(store, "own") == []


def test_what_is_measured_again_replaces_what_was_there(store: Store) -> None:
    source = trace(1)
    lesson(store, "other", source)
    traces.enter(store, "other")
    lesson(store, "own", source)
    assert search(store, "own") == ["other"]
    assert traces.settle(store, waiting=1)
    traces.add(store, "other", trace(5))
    kept.save(trace(5), store.path.parent / "l/other/trace.npz")
    assert search(store, "own") == []
    with store.transaction():
        traces.remove(store, "other")
    assert search(store, "own") == []


def test_landmarks_move_into_files_that_merge_and_are_found_as_before(store: Store) -> None:
    source = trace(1)
    lesson(store, "source", source)
    traces.enter(store, "source")
    assert not traces.settle(store)
    assert traces.settle(store, waiting=1)
    for index in range(4):
        lesson(store, f"o{index}", trace(20 + index))
        traces.enter(store, f"o{index}")
        assert traces.settle(store, waiting=1)
    names = store.rows("SELECT name, entries FROM trace_segments")
    files = list((store.path.parent / traces.FOLDER).iterdir())
    assert len(files) == 2 * len(names)
    assert len(names) < 5
    assert sum(row["entries"] for row in names) == sum(
        len(kept.landmarks(t).keys) for t in [source, *map(trace, range(20, 24))]
    )
    assert store.row("SELECT 1 FROM traces WHERE landmarks IS NOT NULL") is None
    lesson(store, "own", copied(source, trace(2), 30, 60, 20))
    assert search(store, "own") == ["source"]


def test_a_lesson_without_measurements_is_not_entered(store: Store) -> None:
    lesson(store, "none", None)
    assert traces.enter(store, "none") is None
    assert traces.enter(store, "nobody") is None
    lesson(store, "gone", trace(1))
    (store.path.parent / "l/gone/trace.npz").write_bytes(b"damaged")
    assert traces.enter(store, "gone") is None


def test_a_trace_that_is_gone_costs_only_its_own_copy(store: Store) -> None:
    source = trace(1)
    for name in ("a", "b"):
        lesson(store, name, source)
        traces.enter(store, name)
    (store.path.parent / "l/a/trace.npz").unlink()
    lesson(store, "own", source)
    assert search(store, "own") == ["b"]


def test_siblings_are_the_submission_s_lessons_and_the_latest_works(store: Store) -> None:
    for index in range(3):
        lesson(store, f"w{index}", trace(index, 20), work="w", ordinal=index + 1)
    for index in range(5):
        lesson(store, f"o{index}", trace(10 + index, 20))
    names = [ends.head.name for ends in traces.siblings(store, "w1", batch=3)]
    assert names == ["课程 w / 第1讲", "课程 w / 第3讲", "课程 o4 / 第1讲", "课程 o3 / 第1讲", "课程 o2 / 第1讲"]


def test_merged_segments_are_sorted_whatever_their_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "RANGE", 100)
    rng = np.random.default_rng(1)
    parts = []
    for count in (500, 0, 90):
        keys = np.sort(
            np.concatenate([rng.integers(1 << 24, 2 << 24, count), rng.integers(2 << 24, (2 << 24) + (1 << 20), count)])
        )
        parts.append(Postings(keys.astype(np.uint32), rng.integers(0, 1 << 32, 2 * count, dtype=np.uint32)))
    assert segments.write(tmp_path, "x", parts) == 1180
    made = segments.mapped(tmp_path, "x")
    assert (np.diff(made.keys.astype(np.int64)) >= 0).all()
    wanted = sorted(pair for part in parts for pair in zip(part.keys.tolist(), part.places.tolist(), strict=True))
    assert sorted(zip(made.keys.tolist(), made.places.tolist(), strict=True)) == wanted
    assert segments.write(tmp_path, "empty", []) == 0
    assert not len(segments.mapped(tmp_path, "empty").keys)
    segments.remove(tmp_path, "x")
    assert not list(tmp_path.glob("x.*"))
