"""Rows of text that is printed on the picture: title cards read right after voting, wrong ones told, introductions timed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from gpu.measurements import Measurements
from matrix.footage import play
from matrix.lectures import CODERS, Clip
from matrix.plan import Case, Material, Missing, Row, Score, Target
from matrix.styles import Size, Style
from station.checks.cards import nearest_name
from station.checks.subject import Subject
from station.demo import slides
from station.demo.planes import Array, Planes, from_rgb
from station.papers.types import Form, Papers, Topic
from station.profile import default_profile
from station.readers.text import read_text
from station.readings import Page, Pages, Readings

CARD_S = 3.0
CARDS = 8
"""In one clip: as many as are voted on."""
COURSES = (
    "专业技术人员网络安全能力提升", "知识产权保护与运用实务", "突发事件应急管理", "数字技术赋能制造业转型", "心理健康与压力疏导",
    "弘扬科学家精神", "碳达峰碳中和与绿色低碳发展", "创新创业能力提升十讲", "技术转移与成果转化", "法治思维与依法行政",
    "乡村振兴战略解读", "粤港澳大湾区区域协调发展", "《中华人民共和国民法典》要义", "5G 与工业互联网", "人工智能伦理与治理",
    "大数据分析（初级）", "生态环境监测技术", "新职业：碳排放管理员", "公需科目——思想政治引领", "区块链技术原理与应用",
    "GB/T 22239 等级保护测评", "中医药传承与创新", "职业道德与诚信建设", "高质量发展与新质生产力",
)  # fmt: skip
NAMES = "甲骞璟翊淼昊鑫茜睿懿乙萱钰瀚姝祎黎赟丙淳颖魏辉戴曦龚霖"
POSTS = ("教授", "高级工程师", "研究员", "副教授")
LOOKS = ("blue", "white", "red", "gradient", "photo", "moving", "shadow", "spaced", "fade", "small", "vertical")


@dataclass(frozen=True)
class Card:
    """What is printed on one card, and how."""

    course: str
    lecturer: str
    post: str
    look: str
    serif: bool


def drawn(seed: int, look: str) -> tuple[Card, ...]:
    """Eight cards of one look."""
    rng = np.random.default_rng((seed, 77))
    courses = [COURSES[i] for i in rng.permutation(len(COURSES))[:CARDS]]
    names = rng.permutation(len(NAMES))
    return tuple(
        Card(course, f"示例{NAMES[names[i]]}", POSTS[i % len(POSTS)], look, bool((seed + i) % 2))
        for i, course in enumerate(courses)
    )


@dataclass(frozen=True)
class Cards(Style):
    """Cards one after the other, CARD_S each."""

    cards: tuple[Card, ...]

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        """Every frame."""
        footage = play("roof", size, noise=1.0)
        for number in range(frames):
            card = self.cards[min(int(number / 25 / CARD_S), len(self.cards) - 1)]
            if card.look == "moving":
                yield _over(next(footage), card, size)
            elif card.look == "fade":
                into = number % round(25 * CARD_S)
                yield _printed(card, size).faded(min(1.0, into / 20)) if into < 20 else _printed(card, size)
            else:
                yield _printed(card, size)


@lru_cache(maxsize=64)
def _printed(card: Card, size: Size) -> Planes:
    ground = Image.fromarray(_ground(card.look, size))
    if card.look in {"photo", "shadow"}:
        shade = Image.new("L", size, 0)
        _write(ImageDraw.Draw(shade), card, size, 255, shift=3)
        ground.paste((10, 12, 20), mask=shade.filter(ImageFilter.GaussianBlur(size[1] / 240)))
    ink = {"white": (150, 24, 28), "spaced": (40, 44, 52)}.get(card.look, (250, 248, 240))
    _write(ImageDraw.Draw(ground), card, size, ink)
    return from_rgb(np.asarray(ground))


def _over(picture: Planes, card: Card, size: Size) -> Planes:
    """White letters with a dark edge over what moves."""
    letters, edge = _masks(card, size)
    made = picture.copy()
    made.y[edge], made.y[letters] = 20, 230
    half = letters[::2, ::2]
    made.u[half], made.v[half] = 128, 128
    return made


@lru_cache(maxsize=64)
def _masks(card: Card, size: Size) -> tuple[Array, Array]:
    mask = Image.new("L", size, 0)
    _write(ImageDraw.Draw(mask), card, size, 255)
    return np.asarray(mask) > 128, np.asarray(mask.filter(ImageFilter.MaxFilter(5))) > 128


def _ground(look: str, size: Size) -> Array:
    across, down = size
    colours = {"blue": (20, 58, 104), "white": (250, 250, 248), "red": (150, 22, 26), "spaced": (238, 234, 222)}
    made = np.zeros((down, across, 3), np.uint8)
    made[:] = colours.get(look, (24, 40, 66))
    if look == "gradient":
        ramp = np.linspace(0, 1, across)[None, :, None] * np.linspace(0.4, 1, down)[:, None, None]
        made[:] = (np.array([20, 60, 120]) + ramp * np.array([70, 110, 90])).astype(np.uint8)
    if look in {"photo", "shadow"}:
        grey = next(play("bikes" if look == "photo" else "sofa", size)).y
        made[:] = np.clip(grey[..., None] * (0.45 if look == "photo" else 0.8), 0, 255).astype(np.uint8)
    return made


def _write(draw: ImageDraw.ImageDraw, card: Card, size: Size, ink: object, shift: int = 0) -> None:
    across, down = size
    face = _face(card.serif, round(down * (0.045 if card.look == "small" else 0.085)))
    lesser = _face(card.serif, round(down * (0.03 if card.look == "small" else 0.045)))
    if card.look == "vertical":
        for row, sign in enumerate(card.course[:10]):
            draw.text(
                (across * 0.5, down * (0.08 + 0.083 * row)), sign, font=_face(card.serif, round(down * 0.07)), fill=ink
            )
        for row, sign in enumerate(card.lecturer):
            draw.text((across * 0.36, down * (0.4 + 0.065 * row)), sign, font=lesser, fill=ink)
        return
    course = " ".join(card.course) if card.look == "spaced" else card.course
    rows = (
        [course] if face.getlength(course) < 0.9 * across else [course[: len(course) // 2], course[len(course) // 2 :]]
    )
    for row, text in enumerate(rows):
        draw.text((across / 2 + shift, down * (0.36 + 0.11 * row) + shift), text, font=face, fill=ink, anchor="mm")
    below = down * 0.62 + shift
    draw.text((across / 2 + shift, below), f"主讲人：{card.lecturer} {card.post}", font=lesser, fill=ink, anchor="mm")
    draw.text((across / 2 + shift, below + down * 0.08), "示例大学继续教育学院", font=lesser, fill=ink, anchor="mm")


@lru_cache(maxsize=32)
def _face(serif: bool, size: int) -> ImageFont.FreeTypeFont:
    package = find_spec("pylopdf_fonts_zh_cn")
    if package is None or not package.origin:
        raise Missing("the fonts of the extra `demo` are not installed")
    name = "NotoSerifSC-Regular.otf" if serif else "NotoSansSC-Regular.otf"
    return ImageFont.truetype(str(Path(package.origin).with_name(name)), size)


def form(course: str, lecturer: str) -> Papers:
    """A form of one topic."""
    topic = Topic(course, "", 1.0, lecturer, "示例大学", "教授", "示例大学", None)
    return Papers(Form("示例单位", None, "", "", (topic,), "form.xlsx"), lessons=1)


def reading(papers: Papers | None = None) -> Callable[[Path, Measurements], Subject]:
    """A subject whose on-screen text is read by the real reader."""

    def made(path: Path, measurements: Measurements) -> Subject:
        try:
            text = read_text(path, measurements)
        except ImportError as missing:
            raise Missing("the packages of the extra `text` are not installed") from missing
        return Subject(measurements, papers, 1, Readings(text=text))

    return made


def card_cases() -> Iterator[Case]:
    """Looks × coders × sizes."""
    sizes: tuple[Size, ...] = ((1280, 720), (1920, 1080), (960, 540))
    for seed, look in zip(count(), (*LOOKS[:-1], *LOOKS[:-1]), strict=False):
        yield _card_case(seed, look, sizes[seed % len(sizes)])


def vertical_cases() -> Iterator[Case]:
    """Cards written from top to bottom."""
    for seed in (91, 92):
        yield _card_case(seed, "vertical", (1280, 720))


def _card_case(seed: int, look: str, size: Size) -> Case:
    coder = CODERS[(0, 1, 3, 6)[seed % 4]]
    clip = Clip(Cards(drawn(seed, look)), CARD_S * CARDS, coder=coder, sound=None, size=size)
    return Case(f"{look}/{coder.name}/{size[1]}", clip, subject=reading())


def read_right(material: Material) -> Score:
    """Course and lecturer of every card, each within the check's own tolerance of what is printed."""
    share = default_profile().checks["title-card"].limits["edits_share"]
    made = Score(cases=1)
    for index, card in enumerate(material.case.recipe.style.cards):  # type: ignore[attr-defined]
        page = _page_at(material, CARD_S * (index + 0.6))
        for name in (card.course[:10] if card.look == "vertical" else card.course, card.lecturer):
            found = nearest_name(name, page)
            made.planted += 1
            made.found += found.edits <= share * found.signs
            made.errors.append(found.edits / max(1, found.signs))
            if found.edits > share * found.signs:
                made.missed.append(f"{material.case.name}: {name} read as {found.read!r}")
    return made


def _page_at(material: Material, time: float) -> list[Page]:
    text = material.subject.readings.text
    return [page for page in text.pages if page.start <= time < page.end] if isinstance(text, Pages) else []


# Right and wrong forms: the check itself.

FORMS = ("right", "right", "right", "right", "course", "course", "lecturer", "lecturer")


def form_cases() -> Iterator[Case]:
    """One card and a minute of slides: the form says the same, another course, another lecturer."""
    for seed, wrong in enumerate(FORMS):
        card = drawn(seed, LOOKS[seed])[0]
        course = "公共卫生与疾病预防控制" if wrong == "course" else card.course
        lecturer = "示例翎" if wrong == "lecturer" else card.lecturer
        style = Opening((card,), ())
        clip = Clip(style, 30, sound=None, coder=CODERS[seed % 4])
        planted = () if wrong == "right" else (clip.planted(0, CARD_S, wrong),)
        yield Case(f"{wrong}/{seed}", clip, planted, subject=reading(form(course, lecturer)))


@dataclass(frozen=True)
class Opening(Style):
    """Cards, pages about the lecturer with the seconds each stands, then slides."""

    cards: tuple[Card, ...]
    about: tuple[tuple[float, tuple[str, ...]], ...] = ()

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        """Every frame."""
        scenes = [(CARD_S, _printed(card, size)) for card in self.cards]
        scenes += [(seconds, _slide(size, lines)) for seconds, lines in self.about]
        made = 0
        for seconds, picture in scenes:
            for _ in range(round(seconds * 25)):
                made += 1
                yield picture
        for number in range(max(0, frames - made)):
            yield _slide(size, LESSON[number // 200 % len(LESSON)])


@lru_cache(maxsize=32)
def _slide(size: Size, lines: tuple[str, ...]) -> Planes:
    return from_rgb(slides.slide(size, lines[0], lines[1:], footer="示例课程"))


LESSON = (
    ("第一章 概述", "一、基本概念", "二、法律法规"), ("第二章 方法", "调查与研究", "教授的方法与学生的方法"),
    ("第三章 案例", "示例企业的做法", "研究员如何工作"),
)  # fmt: skip
LIFE = ("主讲教师简介", "示例甲，示例大学教授，博士生导师", "长期从事网络安全研究", "主持省部级课题多项")
SHORT_LIFE = ("示例甲", "示例大学教授，研究员", "研究方向：数据安全")


def introduction_cases() -> Iterator[Case]:
    """Introductions of 15 to 45 s; the limit is 30 s and one for the reading."""
    card = Card("网络安全能力提升", "示例甲", "教授", "blue", serif=False)
    for number, (seconds, life) in enumerate(
        ((15, LIFE), (29, SHORT_LIFE), (30, LIFE), (33, LIFE), (36, SHORT_LIFE), (45, LIFE))
    ):
        halves = ((seconds / 2, life), (seconds / 2, life)) if number % 2 else ((float(seconds), life),)
        clip = Clip(Opening((card,), halves), 70, sound=None, coder=CODERS[number % 4], size=(640, 360))
        planted = (clip.planted(CARD_S, CARD_S + seconds, f"{seconds} s"),) if seconds > 31 else ()
        yield Case(f"{seconds} s", clip, planted, subject=reading(form("网络安全能力提升", "示例甲")))


ROWS = (
    Row("title-card", Target(recall=0.98), card_cases, measure=read_right, unit="share of signs"),
    Row("title-card-vertical", Target(), vertical_cases, check="title-card", measure=read_right, unit="share of signs"),
    Row("title-card-form", Target(recall=1.0, false_per_hour=0), form_cases, check="title-card", reach=90),
    Row("teacher-intro-long", Target(recall=1.0, false_per_hour=0), introduction_cases, reach=2),
)
