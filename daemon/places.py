"""Where things lie under the station's folder."""

from dataclasses import dataclass
from pathlib import Path

from station.config import Config
from station.errors import UsageError


@dataclass(frozen=True)
class Places:
    """The folders the daemon works in. A drop's id names its folder in each of them, and its submission."""

    root: Path
    inbox: Path

    @property
    def lock(self) -> Path:
        """Held by the one daemon of this station."""
        return self.root / "daemon.lock"

    @property
    def logs(self) -> Path:
        """Log files."""
        return self.root / "logs"

    def taking(self, drop_id: str) -> Path:
        """Where a drop is made ready: `source/<name>` or `archive/<name>`; then the folder is renamed whole."""
        return self.root / "taking" / drop_id

    def refused(self, drop_id: str) -> Path:
        """Where a refused drop is kept, with the reason beside it."""
        return self.root / "refused" / drop_id

    def submission(self, submission_id: str) -> Path:
        """Where a submission lies: `source/…`, `archive/…` if it came as one, `lessons/<ordinal>/…`."""
        return self.root / "submissions" / submission_id

    def lesson(self, submission_id: str, ordinal: int) -> Path:
        """Where the results of one lesson lie."""
        return self.submission(submission_id) / "lessons" / str(ordinal)

    def relative(self, path: Path) -> str:
        """`path` as the store keeps it: relative to the station's folder."""
        return str(path.relative_to(self.root))

    def make(self) -> None:
        """Make what is missing. Raises OSError."""
        for folder in (self.inbox, self.root / "taking", self.root / "refused", self.root / "submissions", self.logs):
            folder.mkdir(parents=True, exist_ok=True)


def places_of(config: Config) -> Places:
    """The places of a station. Raises UsageError where the station's own folder would lie in the inbox."""
    places = Places(config.root, config.inbox)
    if places.root.resolve().is_relative_to(places.inbox.resolve()):
        raise UsageError("daemon.error.inbox-holds-root", inbox=str(places.inbox), root=str(places.root))
    return places
