"""config.toml: what it may hold, what is said of what it may not, and that the shipped file tells every key."""

import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station.cli import root
from station.config import CHOICES, HIGHEST, LOWEST, SECTIONS, Config, find_config, load_config, read_config
from station.errors import UsageError
from station.text import LANGUAGES, say


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[str]:
    """Ids of all problems; each must be sayable in both languages."""
    _, found = read_config(write(folder, text))
    for language in LANGUAGES:
        for problem in found:
            assert say(problem.message, language, **problem.params)
    return [problem.message.removeprefix("config.problem.") for problem in found]


def defaults() -> dict[str, Any]:
    return {
        f"{name}.{f.name}": getattr(getattr(Config(), name), f.name)
        for name in SECTIONS
        for f in fields(SECTIONS[name])
    }


def test_the_shipped_file_loads_and_holds_every_key_with_its_default(repository: Path) -> None:
    config = load_config(repository / "config.toml")
    assert config.given == defaults().keys()
    assert {key: getattr(getattr(config, key.split(".")[0]), key.split(".")[1]) for key in config.given} == defaults()
    assert config.people == {}


def test_the_shipped_file_explains_every_key_in_both_languages(repository: Path) -> None:
    for line in (repository / "config.toml").read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            _, _, comment = line.partition("#")
            assert re.search("[\u4e00-\u9fff]", comment), line
            assert len(re.findall("[a-z]{2,}", comment)) >= 2, line


def test_the_examples_that_are_commented_out_are_right(repository: Path, tmp_path: Path) -> None:
    lines = (repository / "config.toml").read_text(encoding="utf-8").splitlines()
    example = [
        line.removeprefix("# ") for line in lines if line.startswith(("# [people", "# roles", "# unit", "# name"))
    ]
    assert len(example) == 4
    assert load_config(write(tmp_path, "\n".join(example))).people["someone"]["roles"] == ["operator"]


def test_limits_and_choices_name_real_keys() -> None:
    assert {*CHOICES, *LOWEST, *HIGHEST} <= defaults().keys()
    assert all(defaults()[key] in choices for key, choices in CHOICES.items())
    assert all(defaults()[key] >= limit for key, limit in LOWEST.items())


def test_nothing_named_is_all_defaults() -> None:
    assert load_config(None) == Config()
    assert Config().root.is_absolute()


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text("")
    config = load_config(write(tmp_path, '[station]\nroot = "data"\ninbox = "/srv/in"\nprofile = "p.toml"\n'))
    assert (config.root, config.inbox, config.database) == (
        tmp_path / "data",
        Path("/srv/in"),
        tmp_path / "data/station.db",
    )
    assert config.profile_path == tmp_path / "p.toml"


def test_a_whole_number_serves_where_a_fraction_may_stand(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, "[watch]\nsettle_seconds = 3\n"))
    assert (config.watch.settle_seconds, config.given) == (3.0, {"watch.settle_seconds"})


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes('\ufeff[station]\nlanguage = "en"\n'.encode())
    assert load_config(tmp_path / "config.toml").station.language == "en"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[staton]", ["section-near"]),
        ("[zzzzzz]", ["section"]),
        ("station = 3", ["no-table"]),
        ("[watch]\nsetle_seconds = 3", ["key-near"]),
        ("[watch]\nqqqqqq = 3", ["key"]),
        ('[watch]\nsettle_seconds = "3"', ["type"]),
        ("[watch]\nsettle_seconds = true", ["type"]),
        ("[watch]\nsettle_seconds = nan", ["type"]),
        ("[watch]\nrescan_seconds = inf", ["type"]),
        ("[engine]\nworkers = 1.5", ["type"]),
        ("[engine]\nworkers = -1", ["lowest"]),
        ("[engine]\nrendition = 1", ["type"]),
        ("[review]\npass_mark = 101", ["highest"]),
        ('[engine]\ndevice = "gpu"', ["choice"]),
        ("[tui.keys]\napprove = 3", ["type"]),
        ("people = 3", ["no-table"]),
        ("[people]\na = 3", ["no-table"]),
        ("[people.a]", ["roles"]),
        ("[people.a]\nroles = []", ["roles"]),
        ('[people.a]\nroles = ["x"]', ["choice"]),
        ('[people.a]\nroles = [["operator"]]', ["choice"]),
        ('[people.a]\nroles = ["operator"]\nunits = "x"', ["key-near"]),
        ('[people.a]\nroles = ["operator"]\nunit = 3', ["type"]),
        ('[station]\nprofile = "gone.toml"', ["no-profile"]),
    ],
)
def test_every_problem_is_found(tmp_path: Path, text: str, found: list[str]) -> None:
    assert problems(tmp_path, text) == found


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, '[staton]\n[watch]\nevents = "x"\n[engine]\nworkers = -1\n')
    with pytest.raises(UsageError) as caught:
        load_config(path)
    told = say(caught.value.message, "en", **caught.value.params).splitlines()
    assert str(path) in told[0]
    assert len(told) == 4


@pytest.mark.parametrize("content", [b"[station", b"\xff\xfe", b'a = "\x00"'])
def test_what_is_no_toml(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.toml").write_bytes(content)
    with pytest.raises(UsageError, match=r"config-(syntax|unreadable)"):
        load_config(tmp_path / "config.toml")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path, message in ((tmp_path / "gone.toml", "config-missing"), (tmp_path, "config-unreadable")):
        with pytest.raises(UsageError, match=message) as caught:
            load_config(path)
        told = say(caught.value.message, "zh", **caught.value.params)
        assert "Errno" not in told
        assert "directory" not in told


values = st.recursive(
    st.one_of(st.integers(-5, 500), st.floats(), st.booleans(), st.sampled_from(["auto", "zh", "x", "operator"])),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["roles", "unit", "a"]), inner, max_size=2)
    ),
    max_leaves=4,
)
keys = st.sampled_from(sorted({key.split(".")[1] for key in defaults()} | {"zzz"}))
tables = st.dictionaries(
    st.sampled_from([*SECTIONS, "people", "other"]), st.dictionaries(keys, values, max_size=3) | values
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables)
def test_any_table_is_taken_or_told(tmp_path: Path, table: dict[str, Any]) -> None:
    text = "\n".join(f"{json.dumps(name)} = {inline(value)}" for name, value in table.items())
    assert tomllib.loads(text).keys() == table.keys()
    config, found = read_config(write(tmp_path, text))
    assert all(say(problem.message, language, **problem.params) for problem in found for language in LANGUAGES)
    assert config.given <= defaults().keys() | {"people"}


def inline(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {inline(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(inner) for inner in value) + "]"
    return json.dumps(value) if isinstance(value, str | bool) else repr(value)


def test_where_the_file_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_config(None) is None
    here = write(tmp_path, "")
    assert find_config(None) == here
    monkeypatch.setenv("STATION_CONFIG", "/elsewhere.toml")
    assert find_config(None) == Path("/elsewhere.toml")
    assert find_config(Path("named.toml")) == Path("named.toml")


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(root, [*arguments])
    return result.exit_code, result.output


def test_show_tells_where_each_value_comes_from(tmp_path: Path) -> None:
    path = write(tmp_path, '[engine]\nworkers = 3\n[people.a]\nroles = ["expert"]\n')
    code, output = run("--config", str(path), "config", "show", "--json")
    told = json.loads(output)
    assert (code, told["path"]) == (0, str(path))
    assert told["values"]["engine.workers"] == {"value": 3, "origin": "file"}
    assert told["values"]["engine.device"] == {"value": "auto", "origin": "default"}
    assert told["values"]["people.a"]["value"] == {"roles": ["expert"]}
    assert defaults().keys() < told["values"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_show_for_people(tmp_path: Path, language: str) -> None:
    path = write(tmp_path, '[people."[red]x"]\nroles = ["expert"]\n')
    code, output = run("--config", str(path), "--lang", language, "config", "show")
    assert code == 0
    assert say("config.column-origin", language) in output
    assert "people.[red]x" in output


def test_check_ends_with_one_where_something_is_wrong(tmp_path: Path) -> None:
    assert run("--lang", "en", "--config", str(write(tmp_path, "[staton]")), "config", "check")[0] == 1
    code, output = run("--lang", "en", "--config", str(write(tmp_path, "[station]")), "config", "check")
    assert (code, "is fine" in output) == (0, True)


def test_check_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, output = run("config", "check")
    assert (code, output.strip()) == (0, say("config.no-file"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_help(language: str) -> None:
    code, output = run("--lang", language, "config", "--help")
    assert code == 0
    for part in ("show", "check"):
        assert say(f"config.help-{part}", language)[:12] in output
        assert say(f"config.help-{part}", language)[:12] in run("--lang", language, "config", part, "--help")[1]
