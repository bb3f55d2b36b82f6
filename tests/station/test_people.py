"""Who is at the keyboard, and who must stand aside."""

import os
import pwd
from pathlib import Path

import pytest

from station.config import ROLES, Config, load_config
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
    assert identify(Config(people={"someone": {"roles": ["expert"]}}), {}).roles == frozenset()


PEOPLE = '[people.someone]\nroles = ["expert"]\nunit = "示例大学"\nname = "示例专家"\n'


def written(path: Path, text: str = PEOPLE) -> Config:
    path.write_text(text, encoding="utf-8")
    return load_config(path)


by_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can write root's configuration")


@by_root
def test_through_sudo_roots_configuration_says_who_is_who(tmp_path: Path) -> None:
    config = written(tmp_path / "config.toml")
    person = identify(config, SUDO | {"SSH_CONNECTION": "192.0.2.7 5000 192.0.2.1 22"})
    assert (person.account, person.shown, person.unit, person.origin) == (
        "someone",
        "示例专家",
        "示例大学",
        "192.0.2.7",
    )
    assert person.has("expert")
    assert not person.has("office")


def test_through_sudo_nobody_is_at_a_station_of_their_own() -> None:
    with pytest.raises(NotAllowed, match=r"desk\.config-foreign"):
        identify(Config(), SUDO)


@by_root
@pytest.mark.parametrize("how", ["owner", "everybody", "link", "folder", "exchanged", "gone"])
def test_through_sudo_nobody_brings_their_own_roles(tmp_path: Path, how: str) -> None:
    path = tmp_path / "config.toml"
    config = written(path)
    if how == "owner":
        os.chown(path, 65534, 65534)
    elif how == "everybody":
        path.chmod(0o646)
    elif how == "link":
        path.rename(tmp_path / "root.toml")
        path.symlink_to(tmp_path / "root.toml")
    elif how == "folder":
        (tmp_path / "link").symlink_to(tmp_path)
        config = load_config(tmp_path / "link/config.toml")
    elif how == "exchanged":
        path.write_text("")  # what was read is no longer what lies there
    else:
        path.unlink()
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
