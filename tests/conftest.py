"""What every test gets: a neutral language and environment, and the way to the media with known truth."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def neutral_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the language, configuration, terminal or sudo of whoever runs it."""
    for name in (
        "STATION_LANG",
        "STATION_CONFIG",
        "SUDO_USER",
        "SUDO_COMMAND",
        "SSH_CONNECTION",
        "SSH_TTY",
        "NO_COLOR",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The repository's root."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_media() -> Path:
    """Real media with known truth, kept beside the repository; $REVIEW_STATION_MEDIA names another place."""
    folder = Path(os.environ.get("REVIEW_STATION_MEDIA") or REPOSITORY / "../shared/media")
    if not (folder / "MANIFEST.csv").exists():
        pytest.skip("the media with known truth are not beside this checkout (set REVIEW_STATION_MEDIA)")
    return folder.resolve()
