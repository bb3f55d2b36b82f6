"""A function run in a process of its own, once: what a stranger's file does to it, it does not do to the daemon."""

import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

_SPAWN = multiprocessing.get_context("spawn")  # a fork would copy the daemon's threads' locks and its database handles
POLL_SECONDS = 0.25


class SideDied(Exception):
    """The process ended without an answer: `code` is its exit code, negative for a signal, None for too long."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


class Stopping(Exception):
    """The daemon is asked to stop; the process was ended."""


MOST_KILLS = 20
"""How often the process may be killed from outside before that counts as an answer."""


def run_aside(
    work: Callable[..., Any], *arguments: Any, seconds: float, memory: int, stopped: Callable[[], bool] = lambda: False
) -> Any:
    """`work(*arguments)` in a new process with at most `memory` bytes of address space, for at most `seconds`.

    `work` is a function of a module; arguments and answer are pickled. A process that somebody killed (SIGKILL) says nothing
    about the file: it is started again. Raises SideDied, Stopping, or what `work` raised.
    """
    for _ in range(MOST_KILLS):
        try:
            return _run_once(work, arguments, seconds, memory, stopped)
        except SideDied as died:
            if died.code != -signal.SIGKILL:
                raise
    raise SideDied(-signal.SIGKILL)


def _run_once(
    work: Callable[..., Any], arguments: tuple[Any, ...], seconds: float, memory: int, stopped: Callable[[], bool]
) -> Any:
    here, there = _SPAWN.Pipe(duplex=False)
    process = _SPAWN.Process(target=_answer, args=(there, memory, work, arguments), daemon=True)
    process.start()
    there.close()
    try:
        return _await(here, process, seconds, stopped)
    finally:
        here.close()
        process.kill()
        process.join()
        process.close()


def _await(pipe: Connection, process: Any, seconds: float, stopped: Callable[[], bool]) -> Any:
    left = seconds
    while not pipe.poll(POLL_SECONDS):
        left -= POLL_SECONDS
        if stopped():
            raise Stopping
        if left <= 0:
            raise SideDied(None)
    try:
        good, value = pipe.recv()
    except (EOFError, OSError):  # nothing at all, or half an answer
        process.join()
        raise SideDied(process.exitcode) from None
    if good:
        return value
    raise value


def _answer(pipe: Connection, memory: int, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    _end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the daemon, which ends this process
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        answer = (True, work(*arguments))
    except MemoryError:
        os._exit(1)
    except Exception as error:  # noqa: BLE001 - it is raised again where the answer was asked for
        answer = (False, error)
    try:
        pipe.send(answer)
    except OSError:
        os._exit(1)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
