"""How long one lesson takes to be compared with a large archive: `python tests/benchmarks/search.py [HOURS]`.

The archive is drawn: landmarks in the numbers and with the skew that real lessons have (a few keys are very common, most are
rare), lessons of 45 minutes, and twenty traces on disk that stand for all of them where a candidate is looked at closely. A
few lessons hold a copied minute of the one that is looked for. Prints seconds on one core, sizes and what was found.
"""

import os
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from station import traces
from station.lookup import Postings
from station.prints import Ends, Print
from station.store import segments
from station.store import traces as index
from station.store.connection import Store, open_store
from station.traces import PICTURE_KEY, SOUND_KEY, TICK_HZ, Landmarks, Trace, landmarks

LESSON_S = 2700
SOUNDS_PER_S, PICTURES_PER_S = 1.1, 0.9
COPIED_S = 60
KEPT = 20
BLOCK = 1000


def drawn_trace(seed: int, seconds: int = LESSON_S) -> Trace:
    """A lesson with a lecturer in a window and a voice, as random as real ones."""
    rng = np.random.default_rng((seed, 1))
    motion = np.full((seconds * 5, 9, 16), 200, np.uint8)
    walk = np.cumsum(rng.normal(0, 3, (seconds * 5, 4, 5)), axis=0)
    motion[:, 4:8, 10:15] = (110 + 60 * np.sin(walk / 9)).astype(np.uint8)
    for at in np.cumsum(rng.integers(20, 120, seconds // 60)) * 5:
        motion[at:, :, :9] = rng.integers(90, 230, (9, 9))
    syllables = np.repeat(rng.uniform(0, 45, seconds * 5), 10) * np.repeat(rng.random(seconds * 2) > 0.2, 25)
    envelope = np.convolve(syllables + rng.normal(0, 2, seconds * 50), np.hanning(9) / 4, "same")
    words = rng.integers(1, 1 << 32, seconds * 10, dtype=np.uint32)
    nothing = Print("", np.zeros((0, 18, 32), np.uint8), np.zeros(0, np.uint32))
    levels = (envelope * 3).clip(0, 255).astype(np.uint8)
    return Trace(str(seed), float(seconds), motion, words, levels, 0.0, Ends(nothing, nothing))


def drawn_archive(lessons: int, pool: Landmarks, searched: Trace) -> tuple[list[Postings], np.ndarray]:
    """Landmarks of so many lessons, sorted in blocks: keys of real ones with a few bits turned over, so that their skew stays;
    and which lessons hold a copy."""
    rng = np.random.default_rng(7)
    step = (LESSON_S + 1) * TICK_HZ
    blocks: list[Postings] = []
    for first in range(0, lessons, BLOCK):
        count = min(BLOCK, lessons - first)
        for kind, rate, bits in ((SOUND_KEY, SOUNDS_PER_S, 24), (PICTURE_KEY, PICTURES_PER_S, 20)):
            known = pool.keys[(pool.keys >> 24) == kind >> 24]
            keys = known[rng.integers(0, len(known), int(count * LESSON_S * rate), dtype=np.uint32)]
            for _ in range(3):
                keys ^= np.uint32(1) << rng.integers(0, bits, len(keys), dtype=np.uint32)
            places = rng.integers(first * step, (first + count) * step, len(keys), dtype=np.uint32)
            order = np.argsort(keys, kind="stable")
            blocks.append(Postings(keys[order], places[order]))
    marks = landmarks(searched)
    inside = (marks.ticks >= 6000) & (marks.ticks < 6000 + COPIED_S * TICK_HZ)
    copied = np.arange(0, lessons, max(100, lessons // 20))
    places = (copied[:, None] * step + 3000 + marks.ticks[inside]).ravel().astype(np.uint32)
    keys = np.tile(marks.keys[inside], len(copied))
    order = np.argsort(keys, kind="stable")
    return [*blocks, Postings(keys[order], places[order])], copied


def fill(store: Store, root: Path, lessons: int, searched: Trace) -> tuple[int, np.ndarray]:
    """The archive in a store; landmarks in it, and the lessons that hold a copy."""
    pool = [landmarks(drawn_trace(seed)) for seed in range(1, 9)]
    whole = Landmarks(np.concatenate([p.ticks for p in pool]), np.concatenate([p.keys for p in pool]))
    postings, copied = drawn_archive(lessons, whole, searched)
    folder = root / index.FOLDER
    entries = segments.write(folder, "drawn", postings)
    for seed in range(KEPT):
        (root / f"kept/{seed}").mkdir(parents=True)
        traces.save(drawn_trace(100 + seed), root / f"kept/{seed}" / index.TRACE)
    (root / "kept/copy").mkdir()
    traces.save(_with_copy(searched), root / "kept/copy" / index.TRACE)
    holders = set(copied.tolist())
    with store.transaction():
        for lesson in range(lessons + 1):
            _insert(store, lesson, "copy" if lesson in holders else str(lesson % KEPT))
            if lesson < lessons:
                step = LESSON_S * TICK_HZ + TICK_HZ
                store.execute("INSERT INTO traces VALUES(?, ?, ?, NULL, 0)", (lesson * step, step, f"l{lesson}"))
        store.execute("INSERT INTO trace_segments(name, entries) VALUES('drawn', ?)", (entries,))
    return entries, copied


def _with_copy(searched: Trace) -> Trace:
    """Another lesson with the copied minute, 300 s later than in the searched one."""
    other = drawn_trace(999)
    motion, words, envelope = other.motion.copy(), other.words.copy(), other.envelope.copy()
    for line, own, hertz in (
        (motion, searched.motion, 5),
        (words, searched.words, 10),
        (envelope, searched.envelope, 50),
    ):
        line[900 * hertz : (900 + COPIED_S) * hertz] = own[600 * hertz : (600 + COPIED_S) * hertz]
    return replace(other, motion=motion, words=words, envelope=envelope)


def _insert(store: Store, lesson: int, kept: str) -> None:
    store.execute("INSERT INTO works VALUES(?, 't', 'u', ?, 'u', '')", (f"w{lesson}", f"t{lesson}"))
    store.execute(
        "INSERT INTO submissions(id, work_id, version, drop_id, title, applicant_unit, recommending_unit, lecturer,"
        " applicant_key, recommending_key, state, folder, received_at, updated_at, papers)"
        " VALUES(?, ?, 1, 'd', ?, 'u', 'r', 'l', 'u', 'r', 'received', 'f', '', '', '{}')",
        (f"s{lesson}", f"w{lesson}", f"t{lesson}"),
    )
    store.execute(
        "INSERT INTO lessons(id, submission_id, ordinal, title, file, sha256, bytes, measurements)"
        " VALUES(?, ?, 1, 't', 'f', 'x', 1, ?)",
        (f"l{lesson}", f"s{lesson}", f"kept/{kept}/measurements.npz"),
    )


def run(hours: float, root: Path) -> dict[str, float]:
    """Draw the archive and search it three times; figures by name."""
    lessons = round(hours * 3600 / LESSON_S)
    searched = drawn_trace(0)
    store = open_store(root / "station.db")
    entries, copied = fill(store, root, lessons, searched)
    told: list[float] = []
    for _ in range(3):
        wall, cpu = time.perf_counter(), time.process_time()
        found = index.search(store, f"l{lessons}", searched)
        told.append(time.process_time() - cpu)
        last = time.perf_counter() - wall
    right = {f"l{lesson}" for lesson in copied.tolist()}
    return {
        "lessons": lessons,
        "landmarks": entries,
        "index, MB": sum(file.stat().st_size for file in (root / index.FOLDER).iterdir()) / 1e6,
        "trace of a lesson, MB": (root / "kept/0" / index.TRACE).stat().st_size / 1e6,
        "first search, s CPU": told[0],
        "search, s CPU": min(told),
        "search, s": last,
        "copies planted": len(copied),
        "lessons found": len({copy.lesson for copy in found} & right),
        "lessons found wrongly": len({copy.lesson for copy in found} - right),
        "peak memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for name, value in run(float(sys.argv[1]) if len(sys.argv) > 1 else 1000.0, Path(folder)).items():
            sys.stdout.write(f"{name:24} {value:12.3f}\n" if value % 1 else f"{name:24} {value:12.0f}\n")
