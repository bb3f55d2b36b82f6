"""Keeping a refused drop aside: whole, with the reason in words beside it. Nothing a sender sent is ever deleted."""

from pathlib import Path

from daemon import transfer
from daemon.places import Places
from station.store import drops
from station.store.connection import Store
from station.store.drops import Drop, Reason
from station.text import say

DUPLICATE = "intake.refused.duplicate"


def refuse(store: Store, places: Places, drop: Drop, reason: Reason, *, language: str, digest: str | None) -> None:
    """Move `drop` to refused/<id>/<name>. The decision is written down first: killed anywhere, it is carried on."""
    drops.decide_refusal(store, drop.id, reason, digest)
    folder = places.refused(drop.id)
    kept = folder / drop.target.name
    here = places.root / drop.target
    folder.mkdir(parents=True, exist_ok=True)
    _write_reason(folder, kept.name, drop, reason, language)
    if here.is_symlink() or here.exists():
        transfer.move(here, kept, folder / ".partial")
    transfer.remove(places.taking(drop.id))  # what was unpacked from the archive that is now in `kept`
    target = Path(places.relative(kept))
    drops.set_refused(store, drop.id, target=target, duplicate=reason.message == DUPLICATE)


def _write_reason(folder: Path, taken_name: str, drop: Drop, reason: Reason, language: str) -> None:
    name = say("intake.reason-file", language)
    file = folder / (name if name != taken_name else f"_{name}")
    words = say(reason.message, language, **reason.params)
    file.write_text(say("intake.reason-text", language, name=drop.name, reason=words) + "\n", encoding="utf-8")
