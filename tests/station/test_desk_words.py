"""Every text id that the desk, the store and their commands name stands in both catalogues, with the same places."""

import re
import string
from pathlib import Path

from station.text import catalogue

ROOMS = ("station/desk", "station/store", "station/commands")
ID = re.compile(r'"((?:desk|guard|audit)\.[a-z][a-z.-]*[a-z])"')


def named(repository: Path) -> set[str]:
    files = [file for room in ROOMS for file in sorted((repository / room).glob("*.py"))]
    files += [repository / "station" / name for name in ("rubric.py", "people.py")]
    return {id_ for file in files for id_ in ID.findall(file.read_text(encoding="utf-8"))}


def test_every_id_named_in_code_has_words(repository: Path) -> None:
    ids = named(repository)
    assert len(ids) > 40
    for language in ("zh", "en"):
        assert sorted(ids - catalogue(language).keys()) == []


def test_the_errors_of_the_desk_are_all_named_somewhere(repository: Path) -> None:
    said = {id_ for id_ in catalogue("zh") if re.fullmatch(r"(desk|audit)\.[a-z-]+", id_)}
    assert sorted(said - named(repository)) == []


def test_both_languages_have_the_same_places() -> None:
    chinese, english = catalogue("zh"), catalogue("en")
    for id_ in chinese:
        if id_.startswith(("desk.", "guard.", "audit.", "state.", "role.", "action.")):
            fields = [
                {name for _, name, _, _ in string.Formatter().parse(texts[id_]) if name} for texts in (chinese, english)
            ]
            assert fields[0] == fields[1], id_
