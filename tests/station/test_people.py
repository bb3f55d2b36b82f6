"""Who is at the keyboard, and who must stand aside."""

import os
import pwd
from pathlib import Path

import pytest

from station.config import ROLES, Config, StationSection
from station.errors import NotAllowed
from station.people import Person, account_name, identify, name_key

OWN = pwd.getpwuid(os.getuid()).pw_name
SUDO = {"SUDO_USER": "someone", "SUDO_COMMAND": "/usr/bin/station"}


def test_the_account_is_the_processs_own() -> None:
    assert account_name({}) == OWN
    assert account_name({"USER": "root2", "LOGNAME": "boss"}) == OWN, "variables anybody sets do not count"


def test_through_sudo_it_is_the_one_who_called() -> None:
    assert account_name(SUDO) == "someone"
    assert account_name({"SUDO_USER": "someone"}) == OWN
    assert account_name({"SUDO_USER": OWN, "SUDO_COMMAND": "x"}) == OWN


def test_without_people_the_station_is_ones_own() -> None:
    assert identify(Config(), {}).roles == frozenset(ROLES)


def test_with_people_an_unknown_account_holds_nothing() -> None:
    config = Config(people={"someone": {"roles": ["expert"], "unit": "示例大学", "name": "示例专家"}})
    assert identify(config, {}).roles == frozenset()
    person = identify(config, SUDO | {"SSH_CONNECTION": "192.0.2.7 5000 192.0.2.1 22"})
    assert (person.account, person.shown, person.unit, person.origin) == (
        "someone",
        "示例专家",
        "示例大学",
        "192.0.2.7",
    )
    assert person.has("expert")
    assert not person.has("office")


def test_who_comes_through_sudo_cannot_bring_their_own_roles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.toml"
    path.write_text("")
    config = Config(path=path, station=StationSection(), people={"someone": {"roles": ["group"]}})
    assert identify(config, SUDO).roles == {"group"}, "the service account's own file"
    if os.getuid() == 0:
        os.chown(path, 65534, 65534)
    else:
        monkeypatch.setattr(os, "getuid", lambda: os.geteuid() + 1)
        monkeypatch.setattr("station.people.pwd.getpwuid", lambda _uid: pwd.getpwnam("root"))
    with pytest.raises(NotAllowed, match=r"desk\.config-foreign"):
        identify(config, SUDO)


@pytest.mark.parametrize(
    ("one", "other"), [("示例 大学", "示例大学"), ("ＡＢＣ学院", "abc学院"), (" 示例\n大学", "示例大学 ")]
)
def test_one_name_written_in_two_ways_is_one(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_recusal_compares_names_and_an_empty_one_matches_nothing() -> None:
    person = Person("a", frozenset({"expert"}), unit="示例 大学")
    assert person.belongs_to("别处", "示例大学")
    assert not person.belongs_to("示例大学附属中学", "")
    assert not Person("b", frozenset({"expert"})).belongs_to("", " ")
