"""All looks in the order in which they are told."""

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from station.config import Config, read_config
from station.doctor.lines import Level, Line, bad, ok, warn
from station.doctor.machine import (
    look_at_clock,
    look_at_device,
    look_at_encoders,
    look_at_fonts,
    look_at_memory,
    look_at_versions,
)
from station.doctor.place import last_written, look_at_account, look_at_database, look_at_disk, look_at_folders
from station.doctor.terminal import look_at_terminal
from station.errors import StationError
from station.profile import default_profile, load_profile


def look_around(config_path: Path | None, *, encoding: str, terminal: int | None) -> Iterator[Line]:
    """Every line, each as soon as it is known. `encoding` is standard output's; `terminal` a descriptor or None."""
    environment = dict(os.environ)
    config, lines = _configuration(config_path)
    yield from lines
    looks: list[tuple[str, Callable[[], Iterable[Line]]]] = [
        ("program", look_at_versions),
        ("device", lambda: look_at_device(config.engine)),
        ("encoder", look_at_encoders),
        ("memory", lambda: look_at_memory(config.engine)),
        ("locale", lambda: look_at_terminal(environment, encoding, terminal=terminal)),
        ("fonts", look_at_fonts),
        ("clock", lambda: look_at_clock(datetime.now(UTC), last_written(config))),
        ("account", lambda: look_at_account(config, environment)),
        ("root", lambda: look_at_folders(config)),
        ("disk", lambda: look_at_disk(config)),
        ("database", lambda: look_at_database(config)),
    ]
    for topic, look in looks:
        try:
            yield from look()
        except Exception as error:  # noqa: BLE001 - whatever is broken here, the other lines must still be told
            yield bad(topic, "broken", "broken", detail=f"{type(error).__name__}: {error}")


def _configuration(path: Path | None) -> tuple[Config, list[Line]]:
    """The configuration as far as it is right (else the defaults), and what is to be said of it and of the profile."""
    try:
        config, problems = read_config(path)
    except StationError as error:
        return Config(), [Line("config", Level.BAD, error.message, dict(error.params), "doctor.do.config")]
    if problems:
        told = Line(
            "config", Level.BAD, "error.config-wrong", {"path": str(path), "problems": problems}, "doctor.do.config"
        )
        return config, [told]
    line = ok("config", "config", path=str(path)) if path else warn("config", "config-none", "config-none")
    try:
        profile = load_profile(config.profile_path) if config.profile_path else default_profile()
        return config, [line, ok("profile", "profile", id=profile.id, checks=len(profile.checks))]
    except StationError as error:
        return config, [line, Line("profile", Level.BAD, error.message, dict(error.params), "doctor.do.profile")]
