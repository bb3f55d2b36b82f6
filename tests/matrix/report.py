"""The table: one line a row, printed, and written into docs/ACCURACY.md between its marks."""

import statistics
from collections.abc import Mapping
from pathlib import Path

from matrix.plan import Row, Score, Target

BEGIN, END = "<!-- matrix:begin -->", "<!-- matrix:end -->"
HEAD = (
    "| row | cases | planted | found | recall | precision | false / clean h (hours) | edge, frames: median, worst | target | met |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
)


def recall(score: Score) -> float | None:
    """Found of planted."""
    return score.found / score.planted if score.planted else None


def precision(score: Score) -> float | None:
    """True of all events."""
    total = score.true_events + score.false_events
    return score.true_events / total if total else None


def f1(score: Score) -> float | None:
    """Harmonic mean of both."""
    one, other = recall(score), precision(score)
    return None if one is None or other is None else 2 * one * other / (one + other) if one + other else 0.0


def false_rate(score: Score) -> float | None:
    """Events an hour of clean twins."""
    return score.clean_events / (score.clean_seconds / 3600) if score.clean_seconds else None


def edge(score: Score) -> tuple[float, float] | None:
    """Median and worst size of an edge's error, frames."""
    sizes = [abs(value) for value in score.edges]
    return (statistics.median(sizes), max(sizes)) if sizes else None


def worst_error(score: Score) -> float | None:
    """Largest error of a measured number."""
    return max(map(abs, score.errors), default=None)


def met(target: Target, score: Score) -> bool | None:
    """Whether everything asked for is reached; None where nothing could be run."""
    if not score.cases:
        return None
    edges = edge(score)
    least = ((target.recall, recall(score)), (target.precision, precision(score)), (target.f1, f1(score)))
    most = (
        (target.false_per_hour, false_rate(score)),
        (target.edge_frames, edges[1] if edges else None),
        (target.error, worst_error(score)),
    )
    return all(value is not None and value >= wanted - 1e-9 for wanted, value in least if wanted is not None) and all(
        value is not None and value <= wanted + 1e-6 for wanted, value in most if wanted is not None
    )


def line(row: Row, score: Score) -> str:
    """One line of the table."""
    edges, rate, error = edge(score), false_rate(score), worst_error(score)
    cells = [
        row.id,
        f"{score.cases}" + (f" (+{len(score.skipped)} skipped)" if score.skipped else ""),
        _number(score.planted),
        _number(score.found) if score.planted else "",
        _share(recall(score)),
        _share(precision(score)) if score.planted else "",
        "" if rate is None else f"{rate:.1f} ({score.clean_seconds / 3600:.2f})",
        f"{error:.3g} {row.unit}" if error is not None else "" if edges is None else f"{edges[0]:.1f}, {edges[1]:.1f}",
        _wanted(row),
        {True: "yes", False: "**no**", None: "not run"}[met(row.target, score)],
    ]
    return f"| {' | '.join(cells)} |"


def _number(value: int) -> str:
    return str(value) if value else ""


def _share(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f} %"


def _wanted(row: Row) -> str:
    target = row.target
    parts = [
        (target.recall, "recall ≥ {:.3g} %", 100.0),
        (target.precision, "precision ≥ {:.3g} %", 100.0),
        (target.f1, "F1 ≥ {:.3g} %", 100.0),
        (target.false_per_hour, "≤ {:.3g} / h", 1.0),
        (target.edge_frames, "± {:.3g} frames", 1.0),
        (target.error, "± {:.3g} " + row.unit, 1.0),
    ]
    return "; ".join(text.format(value * scale) for value, text, scale in parts if value is not None)


def table(rows: Mapping[str, Row], scores: Mapping[str, Score]) -> list[str]:
    """The whole table."""
    return [*HEAD, *(line(rows[id_], score) for id_, score in scores.items())]


def details(rows: Mapping[str, Row], scores: Mapping[str, Score]) -> list[str]:
    """What was missed, what was falsely told, what could not be run."""
    made: list[str] = []
    for id_, score in scores.items():
        for name, items in (("missed", score.missed), ("false", score.alarms), ("skipped", score.skipped)):
            made += [f"{id_} {name}: {item}" for item in items]
    return made


def write(document: Path, lines: list[str], *, order: list[str]) -> None:
    """Put lines of the table into the document: rows that ran are replaced, the others stay. Raises ValueError without marks."""
    text = document.read_text(encoding="utf-8")
    before, mark, rest = text.partition(BEGIN)
    inside, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"{document}: no marks {BEGIN} … {END}")
    known = {row_id(old): old for old in inside.strip().splitlines()[2:] if row_id(old) in order}
    known |= {row_id(new): new for new in lines[2:]}
    kept = [known[id_] for id_ in order if id_ in known]
    document.write_text(f"{before}{mark}\n{chr(10).join([*HEAD, *kept])}\n{end}{after}", encoding="utf-8")


def row_id(text: str) -> str:
    """First cell of a line."""
    return text.strip("| ").partition("|")[0].strip()
