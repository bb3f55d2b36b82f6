"""Rows of unified intros and outros, with a template and without, of copies and of repeated passages."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from gpu.measurements import Measurements
from matrix.copies import Mixed, Part
from matrix.heads import SHAPES, Lesson, Shape, Sting, Template
from matrix.lectures import Talk
from matrix.plan import Case, Material, Planted, Recipe, Row, Score, Seen, Target
from matrix.run import made
from matrix.styles import Animated, Film, Handheld, Interview, Slides, Style, Teacher, Whiteboard, Window
from station.checks.headtail import intro_span, outro_span
from station.checks.subject import Subject
from station.context import Context
from station.lookup import common, echoes
from station.prints import Ends, Print, ends_of, print_of
from station.profile import default_profile
from station.traces import Trace, trace_of

STINGS = (Sting(0), Sting(1, 6.0, "logo"), Sting(2, 10.0, "cuts"), Sting(3, 7.0, "shapes", quiet=True))
OUTROS = (Sting(100, 5.0, "cuts"), Sting(101, 5.0), Sting(102, 6.0, "logo"), Sting(103, 5.0))
BODIES: tuple[Style, ...] = (Window(), Slides(2), Teacher(), Whiteboard(3), Animated(4), Slides(5, dark=True))
LEADS = (0.0, 0.64, 1.2, 3.0)
BODY_S = 5.0


def lesson(which: int, turn: int, **changes: object) -> Lesson:
    """A lesson with the unified clips of a series, its own card and body, delivered in one of the ways."""
    values: dict[str, object] = {
        "intro": STINGS[which], "outro": OUTROS[which], "card": 1 + turn + 20 * which,
        "body": BODIES[(turn + which) % len(BODIES)], "talk": Talk(seed=50 + turn + 20 * which), "seconds": BODY_S,
        "lead": LEADS[turn % 4], "shape": SHAPES[turn % len(SHAPES)],
    }  # fmt: skip
    return Lesson(**{**values, **changes})  # type: ignore[arg-type]


def series(which: int) -> list[Lesson]:
    """The same unified clips in every way of delivery, by turns."""
    return [lesson(which, turn) for turn in range(len(SHAPES)) if turn % 2 == which % 2 or which == 0]


@lru_cache(maxsize=16)
def template(sting: Sting) -> Print:
    """The print of a unified clip."""
    return print_of(_measured(Template(sting)), "template")


@lru_cache(maxsize=64)
def ends(recipe: Recipe) -> Ends:
    """Head and tail of a lesson."""
    return ends_of(_measured(recipe), "lesson")


@lru_cache(maxsize=64)
def trace(recipe: Recipe) -> Trace:
    """The trace of a lesson."""
    return trace_of(_measured(recipe), "lesson")


def _measured(recipe: Recipe) -> Measurements:
    return made(Case("", recipe)).measurements


def with_templates(which: int) -> Callable[[Path, Measurements], Subject]:
    """Judged against the templates."""
    return lambda _, measured: Subject(
        measured, context=Context(intro=template(STINGS[which]), outro=template(OUTROS[which]))
    )


def among(others: Sequence[Lesson]) -> Callable[[Path, Measurements], Subject]:
    """Judged against other lessons, without a template."""
    return lambda _, measured: Subject(measured, context=Context(siblings=tuple(ends(other) for other in others)))


def by_template(*, tail: bool) -> list[Case]:
    """Lessons with their unified clips, and lessons without, with another one, or with half of it."""
    cases = []
    for which in range(len(STINGS)):
        subject = with_templates(which)
        cases += [Case(f"series {which}/{one.shape.name}", one, subject=subject) for one in series(which)]
        other = (which + 1) % len(STINGS)
        for turn, (name, changes) in enumerate(
            (
                ("none", {"outro" if tail else "intro": None}),
                ("another", {"outro": OUTROS[other]} if tail else {"intro": STINGS[other]}),
                ("half", {"outro": Sting(100 + which, 2.0, OUTROS[which].kind)} if tail else {"keep": (0.5, 1.0)}),
                ("none, 300k", {"outro" if tail else "intro": None, "shape": SHAPES[1]}),
            )
        ):
            one = lesson(which, turn + 1, **changes)
            planted = (Planted(0, 99, name),)
            cases.append(Case(f"series {which}/{name}", one, planted, subject=subject))
    return cases


def without(*, tail: bool) -> list[Case]:
    """No template: five lessons that share their clips are clean; one that lacks them among four that have them is told."""
    cases = []
    for which in (0, 1, 2):
        group = series(which)
        for index, one in enumerate(group[:6]):
            others = [group[(index + step) % len(group)] for step in (1, 2, 3, 4)]
            cases.append(Case(f"series {which}/{one.shape.name}", one, subject=among(others)))
        bare = lesson(which, 1, **{"outro" if tail else "intro": None})
        cases.append(Case(f"series {which}/none", bare, (Planted(0, 99, "none"),), subject=among(group[:4])))
    return cases


def place(check: str, *, tail: bool) -> Callable[[Material], Score]:
    """How far the start and end that are told lie from the truth, in seconds; a clip that is not found is a miss."""
    span = outro_span if tail else intro_span

    def measured(material: Material) -> Score:
        recipe = material.case.recipe
        assert isinstance(recipe, Lesson)
        truth = recipe.outro_span if tail else recipe.intro_span
        told = span(material.subject, default_profile().checks[check])
        made = Score(planted=1, found=int(told is not None))
        if told is None:
            made.missed.append(material.case.name)
        else:
            made.errors += [round(abs(told[0] - truth[0]), 3), round(abs(told[1] - truth[1]), 3)]
        return made

    return measured


def clean(cases: Sequence[Case]) -> list[Case]:
    """Those in which nothing is planted."""
    return [case for case in cases if not case.planted]


# Copies.

SOURCES: dict[str, Part] = {
    "sofa": Part(Teacher("sofa", 1), Talk(seed=201)),
    "stage": Part(Teacher("stage", 3), Talk(seed=202)),
    "roof": Part(Teacher("roof"), Talk(seed=203)),
    "chair": Part(Teacher("chair"), Talk(seed=204)),
    "film bikes": Part(Film("bikes"), Talk(seed=205)),
    "film plane": Part(Film("plane"), Talk(seed=206)),
    "film chaplin": Part(Film("chaplin"), Talk(seed=207)),
    "window drawn": Part(Window("drawn", 8), Talk(seed=208)),
    "window office": Part(Window("office", 9), Talk(seed=209)),
    "slides": Part(Slides(10), Talk(seed=210)),
    "whiteboard": Part(Whiteboard(11), Talk(seed=211)),
    "interview": Part(Interview(("car", "site"), 12), Talk(seed=212)),
    "real voice": Part(Slides(13), Talk(real=True, seed=213)),
    "handheld": Part(Handheld(seed=14), Talk(seed=214)),
}
COPIED_S, SOURCE_S = 11.0, 26.0
WAYS = SHAPES[1:]


def source(name: str) -> Mixed:
    """The lecture that is copied from."""
    part = SOURCES[name]
    return Mixed((Part(part.style, part.talk, 0.0, SOURCE_S),))


def copies() -> list[Case]:
    """Two copies of each source in other lectures, one of them with other sound or in slides; and lectures without any."""
    cases = []
    for turn, (name, part) in enumerate(SOURCES.items()):
        around = (
            Part(Slides(60 + turn), Talk(seed=300 + turn), 0.0, 7.0),
            Part(Slides(80 + turn), Talk(seed=330 + turn), 0.0, 7.0),
        )
        for again in (0, 1):
            way = WAYS[(2 * turn + again * 5) % len(WAYS)]
            mixed = Mixed((around[0], Part(part.style, part.talk, 4.3 + 3 * again, COPIED_S), around[1]), way)
            cases.append(Case(f"{name}/{way.name}", mixed, (Planted(7.0, 7.0 + COPIED_S, name),)))
        way = WAYS[(3 * turn) % len(WAYS)]
        own = Part(Window("drawn", 100 + turn) if turn % 2 else Slides(100 + turn), Talk(seed=360 + turn), 0.0, 25.0)
        cases.append(Case(f"no copy {turn}/{way.name}", Mixed((own,), way)))
    return cases


def copied(material: Material) -> list[Seen]:
    """What the lecture has in common with any of the sources; a stretch of the wrong one is no stretch of the right one."""
    names = list(SOURCES)
    found = common(trace(material.case.recipe), [trace(source(name)) for name in names], 6.0)
    wanted = material.case.planted[0].note if material.case.planted else ""
    return [
        Seen(
            one.start if names[index] == wanted else -9.0,
            one.end if names[index] == wanted else -8.0,
            "warning",
            names[index],
        )
        for index, one in found
    ]


def repeats() -> list[Case]:
    """A passage of a lecture again a little later, and lectures without."""
    cases = []
    for turn, (name, part) in enumerate(SOURCES.items()):
        if name.startswith("film"):
            continue
        shape = Shape()
        once = (
            Part(part.style, part.talk, 0.0, 14.0),
            Part(part.style, part.talk, 6.0, 7.0),
            Part(Slides(90 + turn), Talk(seed=400 + turn), 0.0, 6.0),
        )
        cases.append(Case(f"{name}/7 s again", Mixed(once, shape), (Planted(14.0, 21.0, "7 s"),)))
    own = [Part(Window("drawn", 120 + turn), Talk(seed=420 + turn), 0.0, 28.0) for turn in range(3)]
    own += [Part(Slides(130 + turn), Talk(seed=430 + turn), 0.0, 28.0) for turn in range(3)]
    return cases + [Case(f"clean {turn}", Mixed((part,))) for turn, part in enumerate(own)]


def repeated(material: Material) -> list[Seen]:
    """Where a passage comes again."""
    return [
        Seen(one.second, one.second + one.seconds, "note", one.by)
        for one in echoes(trace_of(material.measurements, ""), 5.0)
    ]


ROWS = (
    Row("intro-missing", Target(recall=0.99, precision=0.99), lambda: by_template(tail=False)),
    Row("outro-missing", Target(recall=0.99, precision=0.99), lambda: by_template(tail=True)),
    Row("intro-place", Target(recall=0.99, error=0.25), lambda: clean(by_template(tail=False)), measure=place("intro-missing", tail=False), unit="s"),
    Row("outro-place", Target(recall=0.99, error=0.25), lambda: clean(by_template(tail=True)), measure=place("outro-missing", tail=True), unit="s"),
    Row("intro-in-common", Target(recall=0.99, precision=0.99), lambda: without(tail=False), check="intro-missing"),
    Row("outro-in-common", Target(recall=0.99, precision=0.99), lambda: without(tail=True), check="outro-missing"),
    Row("intro-in-common-place", Target(recall=0.99, error=0.25), lambda: clean(without(tail=False)), measure=place("intro-missing", tail=False), unit="s"),
    Row("duplicate", Target(recall=0.95, precision=0.95), copies, look=copied),
    Row("repeat-passage", Target(recall=0.95, false_per_hour=0), repeats, look=repeated),
)  # fmt: skip
