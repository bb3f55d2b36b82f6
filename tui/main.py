"""Opens the screens: environment first, textual after it, the app last."""

import gc
import os
import sys

from station.config import Config
from station.errors import Unavailable
from station.people import Person
from tui.environment import apply, textual_environment


def run(config: Config, person: Person, *, language: str, readonly: bool = False, low_bandwidth: bool = False) -> None:
    """Show the screens until the person leaves. Raises Unavailable where there is no terminal or no database."""
    # textual paints on the error stream: all three must be the terminal
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise Unavailable("tui.error.no-terminal")
    if not config.database.exists():
        raise Unavailable("error.database-missing", path=str(config.database))
    low = low_bandwidth or config.tui.low_bandwidth
    apply(textual_environment(config.tui, low_bandwidth=low), os.environ)
    gc.disable()  # until the rows stand on the screen: what is made while starting stays, and looking through it costs a tenth
    from tui.app import ReviewApp  # noqa: PLC0415 - textual reads the environment when it is imported

    app = ReviewApp(config, person, language=language, readonly=readonly, low_bandwidth=low)
    app.run()
    if app.return_code:
        sys.exit(app.return_code)
