"""config.toml: read once by the entry point, checked whole, handed down as frozen sections.

Unknown keys, wrong types and impossible values are all told at once, each with file, key and what is allowed.
"""

import difflib
import math
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_args, get_type_hints

from station.errors import UsageError, system_words
from station.rounds import load_round
from station.text import Phrase

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
class RoundSection:
    """[round]: the year's selection of topics and courseware."""

    file: str = ""
    """A round file (`station.rounds`), relative to the config file; empty: the notice of 2022 as shipped."""
    documents: str = ""
    """Data of the documents (`station.documents.settings`), relative to the config file; empty: as shipped."""


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
    assigned_only: bool = True
    """Only assigned experts open and score a submission. Without any [people] there is nobody to assign: it does not hold."""
    spread_limit: float = 15.0
    """Points between the highest and the lowest total, of 100, above which a further expert or a discussion is wanted."""


@dataclass(frozen=True)
class StatisticsSection:
    """[statistics]: which checks are named for tuning."""

    tuning_share: float = 0.3
    """A check of whose findings people waive a larger share (0–1) is named."""
    tuning_cases: int = 20
    """But only from so many findings on."""


@dataclass(frozen=True)
class ReadersSection:
    """[readers]: what looks at selected pictures and listens, besides the measuring. Paths are relative to the config file."""

    text: bool = True
    """On-screen text, QR and bar codes."""
    faces: bool = True
    voice: bool = True
    """Where speech, singing and music are."""
    speech_model: str = ""
    """Folder of a faster-whisper (CTranslate2) model; empty: no transcript."""
    watch_terms: str = ""
    """A text file of terms to look for, one a line, `*` and `?` as wildcards; empty: none."""


@dataclass(frozen=True)
class TemplatesSection:
    """[templates]: the unified clips every lesson must carry. Paths are relative to the config file; empty: none is given."""

    intro: str = ""
    outro: str = ""


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
    round: RoundSection = RoundSection()
    watch: WatchSection = WatchSection()
    engine: EngineSection = EngineSection()
    review: ReviewSection = ReviewSection()
    statistics: StatisticsSection = StatisticsSection()
    readers: ReadersSection = ReadersSection()
    templates: TemplatesSection = TemplatesSection()
    tui: TuiSection = TuiSection()
    people: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """[people.ACCOUNT]: roles = ["operator"], unit = "…", name = "…"; of an expert also areas = ["…"] (topic areas) and
    conflicts = ["…"] (units and lecturers whose work the expert stands aside from)."""
    given: frozenset[str] = frozenset()
    """Keys that the file names, as `section.key`; every other value is the default."""

    @property
    def assigned_only(self) -> bool:
        """Whether experts have to be assigned: not where the station is one person's own."""
        return self.review.assigned_only and bool(self.people)

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
    def round_path(self) -> Path | None:
        """The round's file; None for the notice of 2022 as shipped."""
        return self.beside(self.round.file)

    @property
    def profile_path(self) -> Path | None:
        """The profile file that the configuration names, else the round's; None for the notice of 2022 as shipped. Raises
        UsageError where the round can't be read."""
        return self.beside(self.station.profile) or load_round(self.round_path).profile

    def template_path(self, name: str) -> Path | None:
        """The `intro` or `outro` clip that the configuration names, else the round's; None: none is given. Raises as
        `profile_path`."""
        given: Path | None = getattr(load_round(self.round_path), name)
        return self.beside(getattr(self.templates, name)) or given

    def beside(self, named: str) -> Path | None:
        """A path that the file names, relative to the file; None where it names none."""
        base = self.path.parent if self.path else Path.cwd()
        return (base / named).absolute() if named else None

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.root / "station.db"


SECTIONS: dict[str, type] = {
    "station": StationSection, "round": RoundSection, "watch": WatchSection, "engine": EngineSection, "review": ReviewSection,
    "statistics": StatisticsSection, "readers": ReadersSection, "templates": TemplatesSection, "tui": TuiSection,
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
    "review.spread_limit": 0.0, "statistics.tuning_share": 0.0, "statistics.tuning_cases": 1,
}  # fmt: skip
HIGHEST: dict[str, float] = {
    "review.pass_mark": 100.0,
    "review.spread_limit": 100.0,
    "statistics.tuning_share": 1.0,
    "review.experts": 99,
    "engine.workers": 1024,
}
FILES = (
    "readers.speech_model",
    "readers.watch_terms",
    "templates.intro",
    "templates.outro",
    "round.file",
    "round.documents",
)
"""Keys that name a file or folder that must be there."""
PERSON_KEYS = ("roles", "unit", "name", "areas", "conflicts")
PERSON_LISTS = ("areas", "conflicts")
"""Keys of a person that hold lists of names."""


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
    config, problems = read_config(path)
    if problems:
        raise UsageError("error.config-wrong", path=str(path), problems=problems)
    return config


def read_config(path: Path | None) -> tuple[Config, tuple[Phrase, ...]]:
    """What can be used of the file, and every problem in it. Raises UsageError when it is no TOML or can't be read."""
    if path is None:
        return Config(), ()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise UsageError("error.config-missing", path=str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("error.config-unreadable", path=str(path), detail=system_words(error)) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError("error.config-syntax", path=str(path), detail=str(error)) from error
    problems: list[Phrase] = []
    given: set[str] = set()
    built: dict[str, Any] = {}
    for name, value in table.items():
        if name == "people":
            built["people"] = _people(value, problems)
            given.add("people")
        elif name not in SECTIONS:
            problems.append(_unknown("section", name, (*SECTIONS, "people")))
        elif not isinstance(value, dict):
            problems.append(Phrase("config.problem.no-table", {"name": name}))
        else:
            built[name], named = _section(name, value, problems)
            given |= named
    config = replace(Config(path=path.absolute()), given=frozenset(given), **built)
    problems.extend(_file_problems(config))
    return config, tuple(problems)


def _file_problems(config: Config) -> Iterable[Phrase]:
    """Files that the configuration names and that are not there, and what is wrong in the round's."""
    named = config.beside(config.station.profile)
    if named is not None and not named.is_file():
        yield Phrase("config.problem.no-profile", {"path": str(named)})
    for key in FILES:
        section, name = key.split(".")
        path = config.beside(getattr(getattr(config, section), name))
        if path is not None and not path.exists():
            yield Phrase("config.problem.no-file", {"key": key, "path": str(path)})
    if config.round_path is not None and config.round_path.exists():
        try:
            load_round(config.round_path)
        except UsageError as error:
            yield Phrase(error.message, error.params)


def _section(name: str, values: dict[str, Any], problems: list[Phrase]) -> tuple[Any, set[str]]:
    """The section with every value that is right, and the keys that were."""
    kind = SECTIONS[name]
    hints = get_type_hints(kind)
    good: dict[str, Any] = {}
    for key, value in values.items():
        full = f"{name}.{key}"
        if key not in hints:
            problems.append(_unknown("key", full, (f"{name}.{f.name}" for f in fields(kind))))
        elif problem := _value_problem(full, value, hints[key]):
            problems.append(problem)
        else:
            good[key] = float(value) if hints[key] is float else value
    return kind(**good), {f"{name}.{key}" for key in good}


def _value_problem(full: str, value: Any, hint: Any) -> Phrase | None:
    shown = {"key": full, "value": repr(value)}
    if not _fits(value, hint):
        return Phrase("config.problem.type", {**shown, "wanted": Phrase(f"config.type.{_type_name(hint)}")})
    if full in CHOICES and value not in CHOICES[full]:
        return Phrase("config.problem.choice", {**shown, "choices": " | ".join(CHOICES[full])})
    if full in LOWEST and value < LOWEST[full]:
        return Phrase("config.problem.lowest", {**shown, "limit": LOWEST[full]})
    if full in HIGHEST and value > HIGHEST[full]:
        return Phrase("config.problem.highest", {**shown, "limit": HIGHEST[full]})
    return None


def _fits(value: Any, hint: Any) -> bool:
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if hint in (str, int, bool):
        return type(value) is hint
    return isinstance(value, dict) and all(isinstance(v, get_args(hint)[1]) for v in value.values())


def _type_name(hint: Any) -> str:
    return hint.__name__ if hint in (str, int, float, bool) else "table"


def _unknown(what: str, name: str, known: Iterable[str]) -> Phrase:
    """An unknown name, with the nearest known one where one is near."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return Phrase(f"config.problem.{what}-near", {"name": name, "near": near[0]})
    return Phrase(f"config.problem.{what}", {"name": name, "known": ", ".join(names)})


def _people(values: Any, problems: list[Phrase]) -> dict[str, dict[str, Any]]:
    if not isinstance(values, dict):
        problems.append(Phrase("config.problem.no-table", {"name": "people"}))
        return {}
    good = {}
    for account, row in values.items():
        found = list(_person_problems(account, row))
        problems.extend(found)
        if not found:
            good[account] = row
    return good


def _person_problems(account: str, row: Any) -> Iterable[Phrase]:
    name = f"people.{account}"
    if not isinstance(row, dict):
        yield Phrase("config.problem.no-table", {"name": name})
        return
    for key, value in row.items():
        if key not in PERSON_KEYS:
            yield _unknown("key", f"{name}.{key}", (f"{name}.{known}" for known in PERSON_KEYS))
        elif key in PERSON_LISTS:
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                shown = {"key": f"{name}.{key}", "value": repr(value), "wanted": Phrase("config.type.names")}
                yield Phrase("config.problem.type", shown)
        elif key != "roles" and not isinstance(value, str):
            shown = {"key": f"{name}.{key}", "value": repr(value), "wanted": Phrase("config.type.str")}
            yield Phrase("config.problem.type", shown)
    roles = row.get("roles")
    if not isinstance(roles, list) or not roles:
        yield Phrase("config.problem.roles", {"name": name, "roles": ", ".join(ROLES)})
        return
    for role in roles:
        if role not in ROLES:
            shown = {"key": f"{name}.roles", "value": repr(role), "choices": " | ".join(ROLES)}
            yield Phrase("config.problem.choice", shown)
