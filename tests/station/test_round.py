"""A year's round as data: what the shipped one says, what a wrong file is told, and that it takes effect."""

import re
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from station.config import load_config
from station.desk import open_desk
from station.errors import UsageError
from station.rounds import SHIPPED, default_round, load_round
from station.store import open_store
from station.text import LANGUAGES, say

TEXT = files("station.rounds").joinpath(SHIPPED).read_text(encoding="utf-8")


def test_the_round_of_the_notice() -> None:
    current = default_round()
    assert (current.year, current.deadline, current.places) == (2022, date(2022, 2, 28), 30)
    assert (current.months, current.goal_hours, current.earliest) == (1, 30.0, date(2021, 1, 1))
    assert len(current.areas) == 13
    assert load_round(None) is current


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("chosen = 30", 'chosen = "30"', "topic.round.kind"),
        ("chosen = 30", "chosen = true", "topic.round.kind"),
        ("chosen = 30", "chosen = 0", "topic.round.range"),
        ("chosen = 30", "", "topic.round.missing"),
        ("chosen = 30", "chosen = 30\nchozen = 1", "topic.round.unknown"),
        ("deadline = 2022-02-28", 'deadline = "28 February"', "topic.round.kind"),
        ('areas = [', "areas = [1, ", "topic.round.kind"),
        ('id = "2022"', 'id = " "', "topic.round.missing"),
        ('profile = ""', 'profile = "gone.toml"', "topic.round.no-file"),
        ("[courseware]", "[coursewear]", "topic.round.unknown"),
        ('id = "2022"', "id = ", "topic.round.syntax"),
    ],
)  # fmt: skip
def test_a_wrong_round_says_what_is_wrong(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "round.toml"
    assert old in TEXT
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_round(path)
    assert caught.value.message == message
    assert all(str(path) in say(message, language, **caught.value.params) for language in LANGUAGES)


def test_a_round_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"topic\.round\.unreadable"):
        load_round(tmp_path / "gone.toml")
    (tmp_path / "config.toml").write_text('[round]\nfile = "gone.toml"', encoding="utf-8")
    with pytest.raises(UsageError, match=r"error\.config-wrong"):
        load_config(tmp_path / "config.toml")


def test_the_configuration_tells_of_a_wrong_round(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(TEXT.replace("chosen = 30", "chosen = 0"), encoding="utf-8")
    (tmp_path / "config.toml").write_text('[round]\nfile = "r.toml"', encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_config(tmp_path / "config.toml")
    assert [problem.message for problem in caught.value.params["problems"]] == ["topic.round.range"]


def test_next_years_round_brings_its_profile_rubric_and_clips(tmp_path: Path) -> None:
    for name, room in (("profile", "cacee-2022.toml"), ("rubric", "rubric-2022.toml")):
        text = files("station.profiles").joinpath(room).read_text(encoding="utf-8")
        if name == "profile":
            text = re.sub(r'^id = "[^"]*"', 'id = "sample-2027"', text, count=1, flags=re.MULTILINE)
        (tmp_path / f"{name}.toml").write_text(text.replace('zh = "', 'zh = "示例'), encoding="utf-8")
    (tmp_path / "intro.mp4").write_bytes(b"x")
    text = TEXT.replace('id = "2022"', 'id = "2027"').replace("chosen = 30", "chosen = 3")
    for key in ("profile", "rubric"):
        text = text.replace(f'{key} = ""', f'{key} = "{key}.toml"')
    (tmp_path / "2027.toml").write_text(text.replace('intro = ""', 'intro = "intro.mp4"'), encoding="utf-8")
    (tmp_path / "config.toml").write_text('[round]\nfile = "2027.toml"', encoding="utf-8")
    config = load_config(tmp_path / "config.toml")
    assert config.template_path("intro") == tmp_path / "intro.mp4"
    assert config.template_path("outro") is None
    open_store(config.database).close()
    desk = open_desk(config)
    try:
        assert desk.profile.id == "sample-2027"
        assert desk.rubric.gate[0].zh.startswith("示例")
        assert (desk.topics.round.id, desk.topics.round.places) == ("2027", 3)
    finally:
        desk.store.close()
