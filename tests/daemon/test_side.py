"""A process of its own: answers, deaths, limits."""

import os
import signal
import time
from pathlib import Path

import pytest

from daemon.errors import Refused
from daemon.side import SideDied, Stopping, run_aside

LIMITS = {"seconds": 30.0, "memory": 4 << 30}


def double(number: int) -> int:
    return number * 2


def refuse(number: int) -> None:
    raise ValueError(number)


def die(number: int) -> None:
    os.kill(os.getpid(), number)


def hang() -> None:
    time.sleep(600)


def take(count: int) -> int:
    return len(bytearray(count))


def test_an_answer():
    assert run_aside(double, 21, **LIMITS) == 42


def test_what_it_raises_is_raised_here():
    with pytest.raises(ValueError, match="7"):
        run_aside(refuse, 7, **LIMITS)


def test_a_death_is_told_with_its_signal():
    with pytest.raises(SideDied) as caught:
        run_aside(die, signal.SIGSEGV, **LIMITS)
    assert caught.value.code == -signal.SIGSEGV


def killed_twice(marks: Path) -> int:
    """Killed from outside the first two times."""
    count = len(list(marks.iterdir()))
    if count < 2:
        (marks / str(count)).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return count


def test_a_kill_from_outside_says_nothing_about_the_file(tmp_path: Path):
    assert run_aside(killed_twice, tmp_path, **LIMITS) == 2


def test_too_long():
    with pytest.raises(SideDied) as caught:
        run_aside(hang, seconds=0.5, memory=4 << 30)
    assert caught.value.code is None


def test_too_much_memory():
    with pytest.raises(SideDied):
        run_aside(take, 8 << 30, **LIMITS)


def test_stopping_does_not_wait():
    with pytest.raises(Stopping):
        run_aside(hang, **LIMITS, stopped=lambda: True)


def test_errors_of_ours_can_be_raised_at_all():
    """A frozen exception could not take a traceback."""
    with pytest.raises(Refused):
        raise Refused("intake.refused.empty").of("0" * 64) from SideDied(1)
