"""What the played round is made of: 120 topics, their votes, twelve works, the people and what they will say. Every name is a
sample (示例); every number that the journey expects is worked out from here, not asked of the program."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

COUNT, PLACES = 120, 30
AREAS = (
    "思想政治引领", "知识产权", "网络安全", "应急管理", "数字技术", "心理健康", "科学精神", "绿色低碳", "创新创业能力", "技术转移",
    "法治思维", "乡村振兴", "区域协调发展",
)  # fmt: skip
NO_LECTURER, WRONG_HOURS, OTHER_AREA, NO_SUMMARY = 7, 19, 44, 61
"""Topics whose forms are wrong. The first two are rejected, the third is accepted with a reason, the fourth is corrected."""
REJECTED = (NO_LECTURER, WRONG_HOURS)
LISTED = tuple(number for number in range(1, COUNT + 1) if number not in REJECTED)
TIED, SEATS = 4, 2
"""So many topics share the border, and so many places are left for them."""
TODAY = datetime.now(UTC).astimezone().date()
RECEIVED, DEADLINE, CHOSEN_ON = (TODAY - timedelta(days=days) for days in (60, 50, 3))

ORDER = tuple(random.Random(28).sample(LISTED, len(LISTED)))
"""The listed topics as the vote will order them; those of the border stand at places 28 to 31 (from 0)."""


def votes_of(number: int) -> int:
    """All votes of a listed topic."""
    place = ORDER.index(number)
    if PLACES - SEATS <= place < PLACES - SEATS + TIED:
        return 4000
    return 6000 - 20 * place if place < PLACES else 3000 - 10 * place


@dataclass(frozen=True)
class Lesson:
    """One lesson's clip."""

    seed: int
    faults: tuple[tuple[str, float, float], ...] = ()
    suffix: str = ".mp4"
    codec: str = "libx264"
    footage: str = ""
    """A file of the media with known truth, cut where it is there."""


@dataclass(frozen=True)
class Work:
    """One courseware, its first version."""

    key: str
    number: int | None
    """Its topic; None: existing courseware."""
    title: str
    lessons: tuple[Lesson, ...]
    totals: tuple[float, ...] = ()
    """What the experts will give, in the order in which they are assigned."""
    packed: str = "folder"
    form: str = ".xlsx"
    area_told: bool = True
    """Whether its own form says the area."""
    papers: tuple[str, ...] = ("letter", "quiz")
    letter_unit: str = ""
    """Whose letter it is, where that is not the applicant's."""

    @property
    def topic(self) -> dict[str, Any]:
        """What its form says."""
        values = EXISTING if self.number is None else topic(self.number)
        told = values | {"title": self.title, "hours": float(len(self.lessons))}
        return told if self.area_told else {name: value for name, value in told.items() if name != "area"}

    @property
    def area(self) -> str:
        return str((EXISTING if self.number is None else topic(self.number))["area"])

    @property
    def unit(self) -> str:
        return str(self.topic["applicant_unit"])

    @property
    def recommender(self) -> str:
        return recommender_of(self.number or 0)


def topic(number: int) -> dict[str, Any]:
    """A right form's row."""
    lecturer = ORDER[1] if number == ORDER[4] else number  # one lecturer made two works
    return {
        "title": f"示例选题{number:03}", "summary": f"示例简介{number:03}：重点与难点", "hours": 2.0 if number in TWO else 1.0,
        "lecturer": f"示例教师{lecturer:03}", "lecturer_unit": f"示例大学{lecturer:03}", "lecturer_title": "教授",
        "applicant_unit": f"示例申报单位{number:03}", "national_base": "是" if number % 2 else "否",
        "area": AREAS[number % len(AREAS)],
    }  # fmt: skip


def recommender_of(number: int) -> str:
    return f"示例推荐单位{number % 7}"


TWO = (ORDER[0], ORDER[10])
"""Topics of two 课时."""
EXISTING = {
    "title": "示例已有课件", "summary": "示例简介：高研班上录制", "hours": 1.0, "lecturer": "示例教师九九", "lecturer_unit": "示例大学九九",
    "lecturer_title": "研究员", "applicant_unit": "示例申报单位九九", "national_base": "是", "area": "科学精神",
}  # fmt: skip
BLACK, DROPOUT, FLASH = ("black", 2.0, 2.8), ("dropout", 4.0, 4.4), ("flash", 1.0, 1.08)
FREEZE = ("freeze", 2.0, 4.6)


def _work(place: int, *lessons: Lesson, **more: Any) -> Work:
    number = ORDER[place]
    return Work(f"w{place:02}", number, more.pop("title", topic(number)["title"]), lessons, **more)


WORKS = (
    _work(0, Lesson(1), Lesson(2), totals=(92, 90.5, 88)),
    _work(1, Lesson(3, (BLACK,)), totals=(86, 84, 85), packed="zip", form=".docx"),
    _work(2, Lesson(4, (BLACK, DROPOUT)), totals=(90, 91, 89)),
    _work(3, Lesson(5), papers=(), packed="tar.gz"),
    _work(4, Lesson(6, suffix=".mkv"), totals=(83, 82, 81), form=".docx"),
    _work(5, Lesson(7), totals=()),
    _work(6, Lesson(8, footage="talk/demo3_video.mp4"), totals=(88, 87, 89), area_told=False),
    _work(7, Lesson(9, codec="mpeg2video"), totals=(95, 70, 90, 85)),
    _work(8, Lesson(10, footage="talk/short_hamilton_clip.mp4"), totals=(94, 93, 60)),
    _work(9, Lesson(11, (FREEZE,)), totals=(85.5, 86, 84.5), form=".docx"),
    _work(10, Lesson(12), Lesson(13), totals=(81, 82, 83), title=f"{topic(ORDER[10])['title']}（修订）"),
    Work("w11", None, EXISTING["title"], (Lesson(14),), totals=(70, 72, 74), packed="zip", letter_unit="示例另一单位"),
)  # fmt: skip
BY_KEY = {work.key: work for work in WORKS}
SLIP, MEANT = "w08", 92.0
"""In this work the third expert's total is a slip of the pen; the review is reopened, and this total was meant."""
AGAIN = {"w02": (Lesson(4, (FLASH, DROPOUT)),), "w04": (Lesson(6),)}
"""Second versions."""
CATALOGUED = ("w00", "w01", "w02", "w04", "w06", "w07", "w08", "w09", "w11")
"""In the order in which the coordination group will decide."""

EXPERTS: dict[str, dict[str, Any]] = {
    **{
        f"x{n:02}": {"unit": f"示例院校{n:02}", "areas": [AREAS[n % len(AREAS)], AREAS[(n + 5) % len(AREAS)]]}
        for n in range(1, 9)
    },
    "own": {"unit": BY_KEY["w09"].unit, "areas": [BY_KEY["w09"].area]},
    "recommender": {"unit": BY_KEY["w01"].recommender, "areas": [BY_KEY["w01"].area]},
    "tied": {"unit": "示例院校09", "areas": [BY_KEY["w07"].area], "conflicts": [BY_KEY["w07"].topic["lecturer"]]},
}
PEOPLE: dict[str, dict[str, Any]] = {
    "op1": {"roles": ["operator"]}, "op2": {"roles": ["operator"]}, "admin": {"roles": ["admin"]},
    "of1": {"roles": ["office"]}, "of2": {"roles": ["office"]}, "of3": {"roles": ["office"]},
    "boss1": {"roles": ["group"]}, "boss2": {"roles": ["group"]},
    "both": {"roles": ["office", "expert"], "unit": BY_KEY["w09"].unit},
    **{account: {"roles": ["expert"]} | facts for account, facts in EXPERTS.items()},
}  # fmt: skip
EXPERTS_AT_WORK = (*EXPERTS, "both")


def barred(account: str, work: Work) -> bool:
    """回避: the expert's unit recommends or applies, or the expert declared a conflict."""
    facts = PEOPLE[account]
    closed = {facts.get("unit"), *facts.get("conflicts", ())} - {None}
    return bool(closed & {work.unit, work.recommender, work.topic["lecturer"]})


def assigned_to(works: Sequence[Work], *, experts: int = 3) -> dict[str, list[str]]:
    """Whom automatic assignment takes for works that come one after the other while nobody has reviewed anything yet: who
    knows the area, then who has least to do, then by account."""
    load = dict.fromkeys(EXPERTS_AT_WORK, 0)
    found: dict[str, list[str]] = {}
    for work in works:
        free = [account for account in EXPERTS_AT_WORK if not barred(account, work)]
        free.sort(key=lambda a: (work.area not in PEOPLE[a].get("areas", ()), load[a], a))
        found[work.key] = free[:experts]
        for account in free[:experts]:
            load[account] += 1
    return found
