"""A report's files in a folder: the page, the tables, a marker list for every lesson."""

from pathlib import Path

from station.report import markers, tables
from station.report.model import Report
from station.report.page import page
from station.report.words import Words


def write_report(report: Report, folder: Path, language: str) -> list[Path]:
    """Write all of it, each file whole or not at all; the paths, the page first. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    words = Words(language, report.profile)
    texts = {
        "report.html": page(report, language),
        "findings.csv": tables.as_csv(report, language),
        "report.json": tables.as_json(report, language),
    }
    for part in report.lessons:
        if part.duration:
            texts[f"markers-{part.ordinal:02}.otio"] = markers.as_otio(part, words)
            texts[f"markers-{part.ordinal:02}.edl"] = markers.as_edl(part, words)
    return [_write(folder / name, text) for name, text in texts.items()]


def _write(path: Path, text: str) -> Path:
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(text.encode("utf-8", "replace"))
    partial.replace(path)
    return path
