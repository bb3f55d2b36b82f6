"""The house rules, checked by a test rather than by goodwill."""

import ast
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from station.cli import COMMANDS
from station.config import SECTIONS
from station.text import catalogue

REPOSITORY = Path(__file__).resolve().parent.parent
ROOMS = ("gpu", "station", "daemon", "tui")
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60
MEDIAN_MODULE, MEDIAN_FUNCTION, MOST_FUNCTIONS = 120, 9, 28
"""Lines: at most the median module, the median function, and nine functions of ten."""
CONFIG_KEYS = {f"{section}.{key}" for section, kind in SECTIONS.items() for key in kind.__dataclass_fields__}


@cache
def tracked() -> tuple[Path, ...]:
    """Files under version control that are there; without git, everything that is not a build's leftover."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=True)
        paths = [REPOSITORY / name for name in listed.stdout.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [path for path in REPOSITORY.rglob("*") if not {".venv", ".git", "build"} & {*path.parts}]
    return tuple(path for path in paths if path.is_file())


def modules(*rooms: str) -> list[Path]:
    """Python files of the rooms."""
    return [path for path in tracked() if path.suffix == ".py" and path.relative_to(REPOSITORY).parts[0] in rooms]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions() -> Iterator[tuple[str, int]]:
    """(where, lines) of every function of the four rooms, decorators apart."""
    for path in modules(*ROOMS):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(REPOSITORY)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_modules_are_short(record_property: Callable[[str, object], None]) -> None:
    lines = {
        str(path.relative_to(REPOSITORY)): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules(*ROOMS)
    }
    middle = statistics.median(count for count in lines.values() if count > 1)
    record_property("modules", len(lines))
    record_property("lines per module, median", middle)
    sys.stdout.write(f"{len(lines)} modules, median {middle} lines, longest {max(lines.values())}\n")
    assert {name: count for name, count in lines.items() if count > LONGEST_MODULE} == {}
    assert middle <= MEDIAN_MODULE


def test_functions_are_short(record_property: Callable[[str, object], None]) -> None:
    lines = dict(functions())
    middle, most = statistics.median(lines.values()), statistics.quantiles(lines.values(), n=10)[-1]
    record_property("lines per function, median", middle)
    record_property("lines per function, nine of ten", most)
    sys.stdout.write(
        f"{len(lines)} functions, median {middle} lines, nine of ten {most}, longest {max(lines.values())}\n"
    )
    assert {name: count for name, count in lines.items() if count > LONGEST_FUNCTION} == {}
    assert middle <= MEDIAN_FUNCTION
    assert most <= MOST_FUNCTIONS


def test_every_module_says_what_it_holds() -> None:
    assert [
        str(path.relative_to(REPOSITORY)) for path in modules(*ROOMS, "tests") if not ast.get_docstring(tree(path))
    ] == []


# Texts.


def literals() -> Iterator[tuple[str, str]]:
    """(where, text) of every text in code that is no docstring and no part of an f-string."""
    for path in modules(*ROOMS):
        inside = {id(part) for node in ast.walk(tree(path)) if isinstance(node, ast.JoinedStr) for part in node.values}
        bare = {id(node.value) for node in ast.walk(tree(path)) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside | bare:
                yield f"{path.relative_to(REPOSITORY)}:{node.lineno}", node.value


def templates() -> Iterator[tuple[str, str]]:
    """(where, text) of every text id in a page's template: whole ones, and beginnings that something is joined to."""
    for path in tracked():
        if path.suffix == ".html":
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                for text, joined in re.findall(r"'([a-z]+(?:\.[a-z0-9-]+)*[.-]?)'( ~)?", line):
                    if "." in text:
                        yield f"{path.relative_to(REPOSITORY)}:{number}", text if not joined else re.escape(text) + ".+"


def patterns() -> Iterator[tuple[str, str]]:
    """(where, pattern) of every f-string that could be a text id."""
    for path in modules(*ROOMS):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.JoinedStr):
                parts = [re.escape(v.value) if isinstance(v, ast.Constant) else r".+" for v in node.values]
                yield f"{path.relative_to(REPOSITORY)}:{node.lineno}", "".join(parts)


def tables() -> set[str]:
    """First words of the text ids."""
    return {key.split(".")[0] for key in catalogue("zh")}


def is_id(text: str) -> bool:
    """Whether a literal can only be meant as a text id."""
    if (
        text in CONFIG_KEYS
        or not re.fullmatch(r"[a-z]+(\.[a-z0-9-]+)+", text)
        or text.endswith((".toml", ".py", ".db", ".json", ".lock", ".log", ".npz", ".html", ".csv"))
    ):
        return False
    return text.split(".", maxsplit=1)[0] in tables()


def test_every_text_id_in_code_is_in_the_catalogue() -> None:
    known = catalogue("zh")
    tabled = {key.rpartition(".")[0] for key in known}
    told = [*literals(), *((where, text) for where, text in templates() if not text.endswith(".+"))]
    missing = {f"{where} {text}" for where, text in told if is_id(text) and text not in known.keys() | tabled}
    assert sorted(missing) == []


def test_every_text_id_that_is_put_together_can_be_met() -> None:
    known = catalogue("zh")
    starts = tuple(f"{table}\\." for table in tables())
    made = {
        (where, pattern)
        for where, pattern in [*patterns(), *(made for made in templates() if made[1].endswith(".+"))]
        if pattern.startswith(starts) and re.fullmatch(r"(?:[a-z]|\\-|\\\.|\.\+)+", pattern)
    }
    assert sorted(f"{where} {p}" for where, p in made if not any(re.fullmatch(p, key) for key in known)) == []


def test_no_text_is_left_over() -> None:
    whole = {text for _, text in literals()} | {text for _, text in templates()}
    put_together = {p for _, p in [*patterns(), *templates()] if re.match(r"[a-z]+\\\.", p)}
    made = [re.compile(pattern) for pattern in put_together]
    ends = {f".{text}" for text in whole if re.fullmatch(r"[a-z0-9.-]+", text)}
    unused = [
        key
        for key in catalogue("zh")
        if key not in whole
        and not any(pattern.fullmatch(key) for pattern in made)
        and not any(key.endswith(end) for end in ends)
    ]
    assert unused == []


# What must never get in.


def readable() -> Iterator[tuple[Path, str]]:
    """Tracked files that hold text."""
    for path in tracked():
        try:
            yield path.relative_to(REPOSITORY), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def found(pattern: str, *, suffixes: tuple[str, ...] = ()) -> list[str]:
    """`file:line` of every match, in files of these suffixes (all: none given), this one apart."""
    expression = re.compile(pattern)
    return [
        f"{path}:{number}"
        for path, text in readable()
        if path != Path("tests/test_house.py") and (not suffixes or path.suffix in suffixes)
        for number, line in enumerate(text.splitlines(), 1)
        if expression.search(line)
    ]


def test_no_paths_of_one_machine() -> None:
    here = re.escape(str(REPOSITORY))
    assert found(rf"{here}(?![\w-])|/home/\w{{2,}}|/Users/\w{{2,}}|C:\\Users") == []


def test_no_addresses_of_package_registries() -> None:
    assert found(r"https?://[^\s/]*/simple\b|--(extra-)?index-url|--find-links") == []
    assert found(r"https?://", suffixes=(".lock",)) == []


def test_no_work_put_off_and_no_bare_silencing() -> None:
    assert found(r"\b(TO" + r"DO|FIX" + r"ME|XXX)\b", suffixes=(".py", ".toml", ".md", ".tcss")) == []
    assert found(r"#\s*noqa(?!: [A-Z])|type: ignore(?!\[)|nosec|pragma: no cover", suffixes=(".py",)) == []
    assert found(r"\bxfail\b|mark\.skip\b(?!if)|unittest\.mock|from mock", suffixes=(".py",)) == []


def test_every_skip_has_its_reason() -> None:
    for path in modules("tests"):
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"skip", "skipif"}
            ):
                told = {keyword.arg for keyword in node.keywords}
                assert "reason" in told or (node.func.attr == "skip" and node.args), f"{path}:{node.lineno}"


def sleeps(function: ast.AST) -> Iterator[int]:
    """Lines of a function that sleep outside every loop; functions inside it (a job's body) apart."""
    for child in ast.iter_child_nodes(function):
        if isinstance(child, ast.Call) and ast.unparse(child.func) in {"time.sleep", "sleep", "asyncio.sleep"}:
            yield child.lineno
        if not isinstance(
            child, ast.While | ast.For | ast.AsyncFor | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
        ):
            yield from sleeps(child)


def test_no_test_sleeps_and_hopes() -> None:
    """A test waits on a condition, in a loop with a deadline."""
    assert [
        f"{path.relative_to(REPOSITORY)}:{line}"
        for path in modules("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
        for line in sleeps(node)
    ] == []


# What the documents say.


def documents() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".md" and path.name != "CHANGELOG.md"]


def code_in(text: str) -> Iterator[str]:
    """Code blocks and code spans of a document."""
    for block in re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def test_commands_in_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    wrong = []
    for path in documents():
        for code in code_in(path.read_text(encoding="utf-8")):
            called = re.findall(r"(?:^|[\s/;&|])station (?:--?[a-z-]+ \S+ )*([a-z]+)(?![\w./=-])", code)
            made = re.findall(r"(?:^|[\s;&])make ([a-z]+)\b", code)
            wrong += [f"{path.name}: station {name}" for name in called if name not in COMMANDS]
            wrong += [f"{path.name}: make {name}" for name in made if name not in targets]
    assert wrong == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_command(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    assert [command for command in COMMANDS if not re.search(rf"`[^`]*\b{command}\b", text)] == []


def test_links_between_documents_lead_somewhere() -> None:
    wrong = [
        f"{path.relative_to(REPOSITORY)}: {target}"
        for path in documents()
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists()
    ]
    assert wrong == []


def test_every_dependency_is_locked_and_used() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = set(
        re.findall(r"^([a-z0-9-]+)==", (REPOSITORY / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    )
    wanted = {re.split(r"[<>=;\s\[]", line)[0].lower() for line in project["dependencies"]}
    assert wanted - locked == set()
    imported = {
        name.partition(".")[0]
        for path in modules(*ROOMS, "tests")
        for node in ast.walk(tree(path))
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import)
                     else [node.module or ""] if isinstance(node, ast.ImportFrom) else [])
    }  # fmt: skip
    packages = {
        "pillow": "PIL",
        "python-docx": "docx",
        "sqlite-utils": "sqlite_utils",
        "audioop-lts": "pydub",
        "setuptools": "bagit",
    }
    assert {name for name in wanted if packages.get(name, name) not in imported} == set()
