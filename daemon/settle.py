"""When a drop is whole: decided from snapshots and the time they have stood still. Pure; the clock is an argument."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from daemon.names import is_lock, is_temporary
from daemon.snapshot import Snapshot
from station.store.drops import Reason

PATIENCE = 15
"""A file that looks unfinished, a wrong checksum or an empty folder is waited for so many times `settle_seconds`; then
the drop is taken as it is, and judged or refused for it."""

Look = Callable[[], Reason | None]
"""Reads content: why the drop is not finished, or None. Called only once nothing moves."""


@dataclass(frozen=True)
class Standing:
    """Whether a drop is whole, and if not, why not."""

    waits_for: Reason | None
    patient: bool = True
    """Whether waiting will end by itself: the drop moves, or it is taken as it is after some time."""

    @property
    def whole(self) -> bool:
        """Nothing is waited for."""
        return self.waits_for is None


def decide(snapshot: Snapshot, *, name: str, still_for: float, settle: float, look: Look) -> Standing:
    """Whether the drop `name` that has not changed for `still_for` seconds is whole."""
    paths = [entry.path or name for entry in snapshot.entries]
    temporary = next((path for path in paths if is_temporary(path.rpartition("/")[2])), None)
    if hidden := snapshot.unreadable:
        return Standing(Reason("intake.wait.unreadable", {"file": hidden[0].path or "."}), patient=False)
    if still_for < settle:
        return Standing(Reason("intake.wait.settling"))
    if temporary:
        return Standing(Reason("intake.wait.temporary", {"file": temporary}), patient=False)
    if still_for >= settle * PATIENCE:
        return Standing(None)
    lock = next((path for path in paths if is_lock(path.rpartition("/")[2])), None)
    return Standing(Reason("intake.wait.open-document", {"file": lock}) if lock else _look(snapshot, look))


def _look(snapshot: Snapshot, look: Look) -> Reason | None:
    if snapshot.kind == "folder" and not snapshot.files:
        return Reason("intake.wait.empty")
    return look()


@dataclass
class _Seen:
    snapshot: Snapshot
    since: float
    looked: Reason | None = None
    has_looked: bool = False


class Tracker:
    """Remembers since when every drop of the inbox has stood still."""

    def __init__(self, settle: float) -> None:
        self._settle = settle
        self._seen: dict[str, _Seen] = {}

    def step(self, name: str, snapshot: Snapshot, now: float, look: Look) -> Standing:
        """Note how drop `name` stands at `now` (seconds of any clock that only goes forward)."""
        seen = self._seen.get(name)
        if seen is None or seen.snapshot != snapshot:
            seen = self._seen[name] = _Seen(snapshot, now)

        def look_once() -> Reason | None:
            if not seen.has_looked:
                seen.looked, seen.has_looked = look(), True
            return seen.looked

        return decide(snapshot, name=name, still_for=now - seen.since, settle=self._settle, look=look_once)

    def keep(self, names: Collection[str]) -> None:
        """Forget every drop that is not among `names`."""
        for name in self._seen.keys() - set(names):
            del self._seen[name]
