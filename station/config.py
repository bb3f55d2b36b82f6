"""config.toml: read once by the entry point, checked whole, handed down as frozen sections.

Unknown keys, wrong types and impossible values are all told at once, each with file, key and what is allowed.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_args, get_type_hints

from station.errors import UsageError

ROLES = ("operator", "expert", "office", "group", "admin")


@dataclass(frozen=True)
class StationSection:
    """[station]: where everything lives."""

    root: str = "station-data"
    """Folder of the station: inbox, database, work files, renditions. Relative to the config file."""
    inbox: str = "inbox"
    """The watched share. Relative to `root`, or absolute."""
    profile: str = ""
    """A profile file; empty: the notice of 2022 as shipped."""
    language: str = "zh"
    """zh or en."""


@dataclass(frozen=True)
class WatchSection:
    """[watch]: how drops are noticed."""

    events: str = "auto"
    """auto, native or polling. auto polls on network file systems."""
    settle_seconds: float = 20.0
    """A drop is whole when nothing in it has changed for so long."""
    rescan_seconds: float = 120.0
    """A full look at the inbox every so often, since events get lost."""
    max_archive_gib: float = 200.0
    """An archive that unpacks to more is refused."""
    max_archive_files: int = 20000
    """An archive with more entries is refused."""


@dataclass(frozen=True)
class EngineSection:
    """[engine]: where jobs run."""

    scheduler: str = ""
    """Empty: an embedded cluster. Else the address of a Dask scheduler, e.g. tcp://10.0.0.5:8786."""
    workers: int = 0
    """Worker processes of the embedded cluster; 0: one per core."""
    memory_gib: float = 4.0
    """A worker that takes more is killed, and its job tried once more."""
    job_minutes: float = 240.0
    """A job that takes longer is failed."""
    device: str = "auto"
    """auto, cuda or cpu."""
    rendition: bool = True
    """Make the 960×540 rendition in the same pass."""


@dataclass(frozen=True)
class ReviewSection:
    """[review]: who judges how."""

    experts: int = 3
    """Scores wanted before a decision."""
    pass_mark: float = 80.0
    """Mean score, of 100, from which approval is proposed."""
    separate_roles: bool = True
    """Nobody acts in two roles on one work, nor approves twice running. false only to try the station out alone."""


@dataclass(frozen=True)
class TuiSection:
    """[tui]: the screens."""

    theme: str = "dark"
    """dark, light or contrast."""
    colour: str = "auto"
    """auto, truecolor, 256 or 16."""
    low_bandwidth: bool = False
    """Fewer colours, no animation, at most 4 redraws a second."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action id = key, to bind it anew."""


@dataclass(frozen=True)
class Config:
    """All sections, and where they came from."""

    path: Path | None = None
    station: StationSection = StationSection()
    watch: WatchSection = WatchSection()
    engine: EngineSection = EngineSection()
    review: ReviewSection = ReviewSection()
    tui: TuiSection = TuiSection()
    people: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """[people.ACCOUNT]: roles = ["operator"], unit = "…", name = "…"."""

    @property
    def root(self) -> Path:
        """The station's folder, absolute."""
        base = self.path.parent if self.path else Path.cwd()
        return (base / self.station.root).absolute()

    @property
    def inbox(self) -> Path:
        """The watched share, absolute."""
        return self.root / self.station.inbox

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.root / "station.db"


SECTIONS: dict[str, type] = {
    "station": StationSection, "watch": WatchSection, "engine": EngineSection, "review": ReviewSection, "tui": TuiSection,
}  # fmt: skip
CHOICES: dict[str, tuple[str, ...]] = {
    "station.language": ("zh", "en"),
    "watch.events": ("auto", "native", "polling"),
    "engine.device": ("auto", "cuda", "cpu"),
    "tui.theme": ("dark", "light", "contrast"),
    "tui.colour": ("auto", "truecolor", "256", "16"),
}
LOWEST: dict[str, float] = {
    "watch.settle_seconds": 0.0, "watch.rescan_seconds": 1.0, "watch.max_archive_gib": 0.001, "watch.max_archive_files": 1,
    "engine.workers": 0, "engine.memory_gib": 0.25, "engine.job_minutes": 0.1, "review.experts": 1, "review.pass_mark": 0.0,
}  # fmt: skip


def find_config(named: Path | None) -> Path | None:
    """The config file to read: the named one, else $STATION_CONFIG, else ./config.toml where it is there."""
    if named is not None:
        return named
    if from_environment := os.environ.get("STATION_CONFIG"):
        return Path(from_environment)
    here = Path("config.toml")
    return here.absolute() if here.exists() else None


def load_config(path: Path | None) -> Config:
    """Read and check. None: defaults. Raises UsageError with every problem, one a line."""
    if path is None:
        return Config()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("error.config-unreadable", path=str(path), detail=str(error)) from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError("error.config-syntax", path=str(path), detail=str(error)) from error
    problems: list[str] = []
    built: dict[str, Any] = {}
    for name, value in table.items():
        if name == "people":
            built["people"] = _people(value, problems)
        elif name in SECTIONS and isinstance(value, dict):
            built[name] = _section(name, value, problems)
        else:
            problems.append(f"[{name}]: ? ({', '.join([*SECTIONS, 'people'])})")
    if problems:
        raise UsageError("error.config-wrong", path=str(path), problems="; ".join(problems))
    return replace(Config(path=path.absolute()), **built)


def _section(name: str, values: dict[str, Any], problems: list[str]) -> Any:
    kind = SECTIONS[name]
    hints = get_type_hints(kind)
    good: dict[str, Any] = {}
    for key, value in values.items():
        full = f"{name}.{key}"
        if key not in hints:
            problems.append(f"{full}: ? ({', '.join(f.name for f in fields(kind))})")
        elif not _fits(value, hints[key]):
            problems.append(f"{full} = {value!r}: {_type_name(hints[key])}")
        elif full in CHOICES and value not in CHOICES[full]:
            problems.append(f"{full} = {value!r}: {' | '.join(CHOICES[full])}")
        elif full in LOWEST and value < LOWEST[full]:
            problems.append(f"{full} = {value!r}: ≥ {LOWEST[full]}")
        else:
            good[key] = float(value) if hints[key] is float else value
    return kind(**good)


def _fits(value: Any, hint: Any) -> bool:
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint in (str, int, bool):
        return type(value) is hint
    return isinstance(value, dict) and all(isinstance(v, get_args(hint)[1]) for v in value.values())


def _type_name(hint: Any) -> str:
    return getattr(hint, "__name__", "table")


def _people(values: Any, problems: list[str]) -> dict[str, dict[str, Any]]:
    if not isinstance(values, dict):
        problems.append("people: table")
        return {}
    for account, row in values.items():
        if not isinstance(row, dict) or not isinstance(row.get("roles"), list) or set(row["roles"]) - set(ROLES):
            problems.append(f'people.{account}: roles = [{", ".join(ROLES)}], unit = "…", name = "…"')
        elif unknown := set(row) - {"roles", "unit", "name"}:
            problems.append(f"people.{account}.{min(unknown)}: ? (roles, unit, name)")
    return values
