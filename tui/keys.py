"""Which key does what: the registry's keys with the configuration's changes, checked for clashes and for keys that terminals
send as something else.

A printable key is named by its sign (`a`, `?`, `[`), any other as Textual names it (`f9`, `ctrl+p`, `pageup`).
"""

from collections.abc import Mapping

from station.errors import UsageError
from tui.actions import ACTIONS, SCOPES, in_scope

BANNED = {
    "ctrl+h": "backspace", "ctrl+i": "tab", "ctrl+m": "enter", "ctrl+[": "escape", "ctrl+left_square_bracket": "escape",
    "ctrl+enter": "enter", "alt+enter": "enter", "shift+enter": "enter",
}  # fmt: skip
"""What a terminal sends in their place."""
NAMES = {
    "space": "Space", "escape": "Esc", "pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End",
    "up": "Up", "down": "Down", "left": "Left", "right": "Right", "enter": "Enter",
}  # fmt: skip


class Keymap:
    """Actions by key, and keys by action. Raises UsageError with every problem at once."""

    def __init__(self, changes: Mapping[str, str] | None = None) -> None:
        self._keys: dict[str, tuple[str, ...]] = {action.id: action.keys for action in ACTIONS}
        problems = self._change(changes or {})
        problems += self._clashes() if not problems else []
        if problems:
            raise UsageError("tui.keys.wrong", problems="; ".join(problems))
        self._actions = {
            scope: {key: action.id for action in in_scope(scope) for key in self._keys[action.id]} for scope in SCOPES
        }

    def action(self, scope: str, key: str) -> str | None:
        """The id of the action that `key` means on a screen."""
        return self._actions[scope].get(key)

    def keys(self, action: str) -> tuple[str, ...]:
        """The keys of an action, the first is the one to show."""
        return self._keys[action]

    def _change(self, changes: Mapping[str, str]) -> list[str]:
        problems = []
        for name, key in changes.items():
            if name not in self._keys:
                problems.append(f"tui.keys.{name}: ? ({', '.join(self._keys)})")
            elif not key:
                problems.append(f'tui.keys.{name} = ""')
            elif key.lower() in BANNED:
                problems.append(f"tui.keys.{name} = {key!r} = {BANNED[key.lower()]!r}")
            else:
                self._keys[name] = (key,)
        return problems

    def _clashes(self) -> list[str]:
        clashes: dict[tuple[str, str, str], None] = {}
        for scope in SCOPES:
            taken: dict[str, str] = {}
            for action in in_scope(scope):
                for key in self._keys[action.id]:
                    if (other := taken.setdefault(key, action.id)) != action.id:
                        clashes[key, other, action.id] = None
        return [f"{key!r}: {first} / {second}" for key, first, second in clashes]


def shown(key: str) -> str:
    """A key as a person reads it on a keyboard. Names of keys are the same in both languages; no arrow signs, whose width
    differs between terminals."""
    if key in NAMES:
        return NAMES[key]
    if key.startswith("ctrl+"):
        return "^" + key[5:].upper()
    return key.upper() if len(key) > 1 and key[0] == "f" and key[1:].isdigit() else key
