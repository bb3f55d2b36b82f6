"""Running rows: every recipe is made and measured once, kept by its content, and judged anew each time.

The cache lies outside the repository ($REVIEW_STATION_MATRIX, else a folder in the system's temporary one). A clip is keyed by its
recipe (its values, and the source of what draws it); a measurement by its clip and the sources of gpu/.
A run that is broken off goes on where it stopped.
"""

import importlib
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from gpu.errors import MediaError
from gpu.keeping import load, save
from gpu.measure import measure
from gpu.measurements import Measurements
from matrix.plan import Case, Material, Missing, Row, Score
from matrix.recipes import key, measuring
from matrix.score import scored
from station.checks import registry

FAILURES = (
    MediaError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a broken check or clip may raise: told as a miss of its case, and the run goes on."""
HERE = Path(__file__).resolve().parent


def cache_folder() -> Path:
    """Where clips and measurements are kept."""
    named = os.environ.get("REVIEW_STATION_MATRIX")
    return Path(named) if named else Path(tempfile.gettempdir()) / f"review-station-matrix-{os.getuid()}"


def discovered() -> dict[str, Row]:
    """Every row of every rows_*.py beside this file, by id. Raises ValueError where two share one."""
    rows: dict[str, Row] = {}
    for path in sorted(HERE.glob("rows_*.py")):
        for row in importlib.import_module(f"matrix.{path.stem}").ROWS:
            if row.id in rows:
                raise ValueError(f"two rows are called {row.id}")
            rows[row.id] = row
    return rows


def made(case: Case) -> Material:
    """The case's clip, written and measured, or both from the cache. Raises Missing."""
    folder, name = cache_folder(), key(case.recipe)
    (folder / "clips").mkdir(parents=True, exist_ok=True)
    (folder / "measured").mkdir(exist_ok=True)
    clip = folder / "clips" / f"{name}{case.recipe.suffix}"
    if not clip.exists():
        partial = clip.with_name(f"{name}.{os.getpid()}{case.recipe.suffix}")
        try:
            case.recipe.write(partial)
            partial.replace(clip)
        finally:
            partial.unlink(missing_ok=True)
    kept = folder / "measured" / f"{name}-{measuring()}.npz"
    return Material(case, clip, _measured(clip, kept))


def _measured(clip: Path, kept: Path) -> Measurements:
    if kept.exists():
        try:
            return load(kept)
        except ValueError:
            kept.unlink(missing_ok=True)
    measurements = measure(clip, threads=1)
    save(measurements, kept)
    return measurements


_rows: dict[str, Row] = {}
_cases: dict[str, Sequence[Case]] = {}


def _one(task: tuple[str, int]) -> tuple[str, int, Score, float]:
    """One case of one row (index −1: a pure row), in whatever process."""
    id_, index = task
    row, began = _rows[id_], time.monotonic()
    name = row.id if index < 0 else _cases[id_][index].name
    try:
        if index < 0:
            with tempfile.TemporaryDirectory() as scratch:
                assert row.pure is not None
                score = row.pure(Path(scratch))
        else:
            score = scored(row, made(_cases[id_][index]))
    except Missing as reason:
        score = Score(skipped=[f"{name}: {reason}"])
    except FAILURES as error:
        score = Score(cases=1, missed=[f"{name}: {type(error).__name__} {error}"], planted=1)
    return id_, index, score, time.monotonic() - began


def run(rows: Sequence[Row], *, jobs: int = 2, only: str = "", tell: bool = True) -> dict[str, Score]:
    """Run rows and join the scores of their cases. `only`: cases whose name holds it."""
    _rows.clear()
    _cases.clear()
    scores = {row.id: Score() for row in rows}
    for row in rows:
        _rows[row.id], _cases[row.id] = row, []
        try:
            _cases[row.id] = [case for case in row.cases() if only in case.name]
        except Missing as reason:
            scores[row.id].skipped.append(f"{row.id}: {reason}")
    tasks = [(row.id, index) for row in rows for index in range(len(_cases[row.id]))]
    tasks += [(row.id, -1) for row in rows if row.pure is not None and not only]
    by_clip = {task: "" if task[1] < 0 else key(_cases[task[0]][task[1]].recipe) for task in tasks}
    measuring()  # one key for the whole run, whatever is edited meanwhile; so are the checks
    registry()
    batches: dict[str, list[tuple[str, int]]] = {}
    for task in sorted(
        tasks, key=lambda task: task[1] >= 0 and not _cases[task[0]][task[1]].planted
    ):  # clean ones last
        batches.setdefault(by_clip[task] or f"pure {task[0]}", []).append(task)
    results: list[tuple[str, int, Score, float]] = []
    for done in _through(list(batches.values()), jobs):
        results += done
        if tell:
            _tell(len(results), len(tasks), done)
    for id_, _, score, _ in sorted(results, key=lambda result: result[:2]):
        scores[id_].add(score)
    return scores


def _batch(tasks: list[tuple[str, int]]) -> list[tuple[str, int, Score, float]]:
    """Tasks that share a clip, so that no two processes make it at once."""
    return [_one(task) for task in tasks]


def _through(batches: list[list[tuple[str, int]]], jobs: int) -> Iterator[list[tuple[str, int, Score, float]]]:
    if jobs <= 1 or len(batches) <= 1:
        yield from map(_batch, batches)
        return
    with multiprocessing.get_context("fork").Pool(jobs) as pool:  # fork: rows hold functions, which no pickle carries
        yield from pool.imap_unordered(_batch, batches)


def _tell(done: int, of: int, results: list[tuple[str, int, Score, float]]) -> None:
    for id_, index, score, seconds in results:
        name = id_ if index < 0 else _cases[id_][index].name
        said = "; ".join(score.missed + score.alarms + score.skipped)
        sys.stderr.write(f"{done}/{of} {id_} {name} {seconds:.1f} s{' · ' + said if said else ''}\n")
    sys.stderr.flush()
