"""The engine: real worker processes that end well, raise, die, hang."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator

import cloudpickle
import pytest
from distributed import get_worker

from daemon.engine import Died, Ended, Engine, Event, Progressed, Raised
from station.config import EngineSection

DEADLINE = 120.0


def answer(value: int) -> int:
    return value


def fail() -> None:
    raise ValueError("no")


def die(number: int, topic: str, job: str) -> None:
    get_worker().log_event(topic, {"job": job, "pid": os.getpid(), "stage": "start"})
    time.sleep(0.3)  # the event must be out before the process ends; the parent waits for nothing here
    os.kill(os.getpid(), number)
    time.sleep(30)


def burst() -> None:
    raise RuntimeError("burst on the way")


class Burst:
    """A result that cannot be read where it arrives."""

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return burst, ()


def answer_burst() -> Burst:
    return Burst()


def linger(topic: str, job: str) -> None:
    get_worker().log_event(topic, {"job": job, "pid": os.getpid(), "stage": "start"})
    time.sleep(600)


def swell(gibibytes: float) -> int:
    held = bytearray(int(gibibytes * (1 << 30)))
    for at in range(0, len(held), 4096):
        held[at] = 1
    time.sleep(60)
    return len(held)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers cannot import a test module by name
    made = Engine(EngineSection(memory_gib=0.5), 2, lambda: None)
    made.start()
    yield made
    made.stop()


def until(engine: Engine, enough: Callable[[list[Event]], bool]) -> list[Event]:
    """Events until there are enough."""
    happened: list[Event] = []
    end = time.monotonic() + DEADLINE
    while not enough(happened):
        assert time.monotonic() < end, happened
        happened += engine.events()
        time.sleep(0.01)
    return happened


def idle(engine: Engine, count: int = 1) -> list[str]:
    """So many idle workers; a cluster that lost one for good is started anew, as the daemon does."""
    end = time.monotonic() + DEADLINE
    while len(engine.idle_workers()) < count:
        assert time.monotonic() < end
        if not engine.alive():
            engine.revive()
        time.sleep(0.01)
    return engine.idle_workers()[:count]


def ended(*jobs: str) -> Callable[[list[Event]], bool]:
    return lambda happened: {e.job for e in happened if not isinstance(e, Progressed)} >= set(jobs)


def test_a_result(engine: Engine):
    engine.submit("a", *idle(engine), answer, 42)
    assert until(engine, ended("a"))[-1] == Ended("a", 42)
    assert not engine.in_flight()


def test_what_a_job_raises(engine: Engine):
    engine.submit("b", *idle(engine), fail)
    event = until(engine, ended("b"))[-1]
    assert isinstance(event, Raised)
    assert str(event.error) == "no"


def test_a_result_that_does_not_arrive_is_no_result(engine: Engine):
    engine.submit("burst", *idle(engine), answer_burst)
    event = until(engine, ended("burst"))[-1]
    assert not isinstance(event, Ended)
    assert not engine.in_flight()
    engine.submit("next", *idle(engine), answer, 2)
    assert until(engine, ended("next"))[-1] == Ended("next", 2)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL])
def test_a_dead_worker_blames_its_job_alone(engine: Engine, number: int):
    bad, good = idle(engine, 2)
    engine.submit("good", good, linger, engine.topic, "good")
    engine.submit("bad", bad, die, number, engine.topic, "bad")
    happened = until(engine, ended("bad"))
    assert [e for e in happened if not isinstance(e, Progressed)] == [Died("bad", -number)]
    assert engine.in_flight() == {"good"}
    engine.end_worker("good")
    assert not engine.in_flight()
    engine.submit("next", *idle(engine), answer, 1)
    assert until(engine, ended("next"))[-1] == Ended("next", 1)


def test_progress_comes_back(engine: Engine):
    engine.submit("slow", *idle(engine), linger, engine.topic, "slow")
    (event,) = until(engine, bool)
    assert isinstance(event, Progressed)
    assert event.message["stage"] == "start"
    engine.end_worker("slow")


def test_a_job_that_takes_too_much_memory_dies(engine: Engine):
    engine.submit("fat", *idle(engine), swell, 0.8)
    event = until(engine, ended("fat"))[-1]
    assert isinstance(event, Died)
    assert event.memory
