"""Rows of hints about words and people: read from real pictures and real speech by the readers that ship, then judged.

Advertising and watch terms are drawn on slides and read by the text reader; extra persons are real faces laid beside the lecturer's;
speech is the Mandarin with known words of ../shared/media, and needs a model folder in $STATION_SPEECH_MODEL.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np
from PIL import Image

from gpu.measure import measure
from gpu.measurements import Measurements
from matrix.footage import media, play
from matrix.lectures import CODERS, Clip, Plant, Setting, Talk, at_rate
from matrix.plan import Case, Missing, Row, Score, Target
from matrix.styles import Box, Film, Handheld, Interview, Screen, Size, Style, Teacher, Window, even
from station.checks.subject import Subject
from station.config import ReadersSection
from station.context import Context
from station.demo import slides
from station.demo.planes import Planes, from_rgb
from station.folding import fold
from station.papers.types import Form, Papers, Topic
from station.readers import read_lesson
from station.readers.transcript import read_transcript
from station.readers.voice import read_voice
from station.readings import Transcript, Unread
from station.terms import compiled, find

PAGE_S = 3.0
SLIDE: Size = (1280, 720)
DENSE = (CODERS[0], CODERS[2], CODERS[5])
"""Coders with a key frame at least every 2 s, as the rendition has them, from which faces are read."""


@dataclass(frozen=True)
class Deck(Style):
    """Slides with these lines, PAGE_S each; a code in the corner where one is given; a photograph with faces where wanted."""

    lines: tuple[tuple[str, ...], ...]
    code: str = ""
    code_page: int = -1
    photograph: bool = False
    camera_from: str = ""
    """A take for the lecturer's window."""

    def camera(self, size: Size) -> Box | None:
        return (even(0.72 * size[0]), even(0.4 * size[1]), even(0.25 * size[0]), even(0.5 * size[1]))

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        box = self.camera(size)
        assert box is not None
        shots = play(self.camera_from, box[2:], noise=1.0) if self.camera_from else None
        for number in range(frames):
            index = min(int(number / 25 / PAGE_S), len(self.lines) - 1)
            shown = _drawn(self, size, index)
            if shots is not None:
                shown = shown.copy()
                shown.paste(next(shots), box[0], box[1])
            yield shown


@cache
def _drawn(deck: Deck, size: Size, index: int) -> Planes:
    title, *lines = deck.lines[index]
    made = slides.slide(size, title, lines, footer="示例课程", width=0.9).copy()
    if deck.code and index == deck.code_page:
        try:
            codes = import_module("zxingcpp")
        except ImportError as missing:
            raise Missing("zxing-cpp is not installed") from missing
        code = codes.create_barcode(deck.code, codes.BarcodeFormat.QRCode).to_image(scale=6)
        stamp = np.pad(np.asarray(code), 20, constant_values=255)
        made[-stamp.shape[0] - 60 : -60, -stamp.shape[1] - 60 : -60] = stamp[:, :, None]
    if deck.photograph:
        with Image.open(media() / "faces" / "two_people.jpg") as picture:
            photograph = np.asarray(picture.convert("RGB").resize((even(size[0] * 0.5), even(size[1] * 0.5))))
        made[200 : 200 + photograph.shape[0], 60 : 60 + photograph.shape[1]] = photograph
    return from_rgb(made)


def deck(*lines: tuple[str, ...], **fields: object) -> Clip:
    """A clip of such slides, silent."""
    style = Deck(tuple(lines), **fields)  # type: ignore[arg-type]
    return Clip(style, PAGE_S * len(lines), size=SLIDE, sound=Talk(), coder=CODERS[0])


def on_page(clip: Clip, index: int, note: str) -> tuple[object, ...]:
    """The truth: page `index`."""
    return (clip.planted(PAGE_S * index, PAGE_S * (index + 1), note),)


def reading(context: Context, papers: Papers | None = None, **wanted: bool) -> Callable[[Path, Measurements], Subject]:
    """A subject whose readings are made by the real readers."""

    def made(path: Path, measurements: Measurements) -> Subject:
        settings = ReadersSection(**{"text": False, "faces": False, "voice": False, **wanted})
        readings = read_lesson(path, measurements, settings=settings, speech_model=None)
        for name in wanted:
            part = getattr(readings, name)
            if isinstance(part, Unread) and part.reason == "reader-missing":
                raise Missing(f"reader {name}: {part.params}")
        return Subject(measurements, papers, readings=readings, context=context)

    return made


# Advertising.

PLAIN = ("示例幻灯片", "第一点说明", "概念与定义", "小结与思考")
ADVERTS = {
    "mobile": ("联系我们", "课程报名请联系", "电话：13812345679", "示例老师"),
    "charged": ("服务信息", "全国服务热线", "400-123-4567", "欢迎来电咨询"),
    "landline": ("联系方式", "咨询电话：0571-88123456", "地址：示例市示例路"),
    "wechat": ("交流", "老师微信号：shili_2022", "欢迎交流"),
    "qq": ("学习资料", "学习交流QQ群：623456789", "群内有资料"),
    "follow": ("课程推广", "扫码关注示例公众号", "获取更多课程"),
    "lead": ("优惠活动", "限时优惠，点击下方链接报名", "www.shili-course.com"),
    "shop": ("配套图书", "购买地址", "https://item.taobao.com/item.htm?id=1"),
    "traditional": ("課程推廣", "掃碼關注示例公眾號", "更多課程"),
    "full width": ("联系我们", "手机：１３９１２３４５６７８", "示例老师"),
}
SOURCES = (
    ("数据来源", "国家统计局 www.stats.gov.cn", "人口年鉴 2021", "表 3-1"),
    ("参考文献", "GB/T 22239-2019 信息安全技术", "ISBN 978-7-111-40701-0", "https://doi.org/10.1000/182"),
    ("代码示例", 'url = "http://example.com/api"', "import os.path, json.tool", "for i in range(10):"),
    ("应急电话", "火警 119  急救 120", "市民热线 12345", "反诈专线 96110"),
    ("防范诈骗", "谨防扫码诈骗", "不要轻易加微信好友", "不明链接不点击"),
    ("移动支付", "扫码支付的过程", "值得关注的公共问题", "微信与支付宝的市场份额"),
    ("统计数据", "总产值 15000000000 元", "2021-03-15 至 2022-03-15", "同比增长 13.8%"),
    ("网络地址", "IP 地址 192.168.1.100", "子网掩码 255.255.255.0", "端口 8080"),
    ("作者单位", "示例大学 示例学院", "shili@example-u.edu.cn", "2022 年 5 月"),
    ("教材", "示例出版社 2021 年版", "定价 59.00 元", "学校网站 www.shili.edu.cn"),
)


def adverts() -> Sequence[Case]:
    """One planted page among plain ones; and decks of sources, code and warnings, which are none."""
    subject = reading(Context(), text=True)
    made = []
    for number, (name, lines) in enumerate(ADVERTS.items()):
        clip = deck(PLAIN, SOURCES[number % len(SOURCES)], lines, PLAIN)
        made.append(Case(f"{name}/page", clip, on_page(clip, 2, name), subject=subject))  # type: ignore[arg-type]
    for name, text in {"wechat code": "https://u.wechat.com/EAbcDef", "shop code": "https://weidian.com/s/1"}.items():
        clip = deck(PLAIN, SOURCES[0], ("更多内容", "配套资料"), PLAIN, code=text, code_page=2)
        made.append(Case(f"{name}/page", clip, on_page(clip, 2, name), subject=subject))  # type: ignore[arg-type]
    made.append(Case("sources/clean", deck(*SOURCES[:5]), subject=subject))
    made.append(Case("sources more/clean", deck(*SOURCES[5:]), subject=subject))
    made.append(
        Case(
            "code of a public body/clean",
            deck(PLAIN, PLAIN, code="https://www.mohrss.gov.cn/", code_page=1),
            subject=subject,
        )
    )
    return made


# Watch terms on the screen.

TERMS = ("示例敏感词", "某某示范*公司", "测试人名甲", "Project-X", "违规示例?号")
WATCHED = {
    "plain": ("正文", "这里提到示例敏感词一次"),
    "traditional": ("正文", "這裡的示例敏感詞"),
    "full width": ("正文", "代号 Ｐｒｏｊｅｃｔ－Ｘ 的说明"),
    "spaced": ("正文", "测 试 人 名 甲 的发言"),
    "wildcard": ("正文", "某某示范科技有限公司的案例"),
    "one sign": ("正文", "违规示例三号文件"),
    "title": ("示例敏感词的来历", "第一点说明"),
}


def watched() -> Sequence[Case]:
    """Every way to write a term, on one page among others."""
    subject = reading(Context(watch_terms=TERMS), text=True)
    made = []
    for name, lines in WATCHED.items():
        clip = deck(PLAIN, lines, PLAIN)
        made.append(Case(f"{name}/page", clip, on_page(clip, 1, name), subject=subject))  # type: ignore[arg-type]
    made += [Case(f"sources {i}/clean", deck(*SOURCES[i : i + 5]), subject=subject) for i in (0, 5)]
    return made


# Extra persons.


@dataclass(frozen=True)
class Guest(Plant):
    """Somebody of another take stands in the camera's picture from `start` to `end` seconds."""

    start: float
    end: float
    source: str = "car"
    side: float = 0.0
    """Left edge, as a share of the room that is left in the camera's picture."""
    share: float = 0.38
    """Width, as a share of the camera's picture."""

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        left, top, width, height = setting.camera or (0, 0, *setting.size)
        size = (even(width * self.share), even(min(height * 0.7, width * self.share * 1.1)))
        shots = play(self.source, size, noise=1.0, seed=1)
        first, last = at_rate(self.start, self.end, setting.rate)
        x, y = even(left + (width - size[0]) * self.side), even(top + (height - size[1]) * 0.4)
        for number, picture in enumerate(pictures):
            if first <= number < last:
                made = picture.copy()
                made.paste(next(shots), x, y)
                yield made
            else:
                yield picture


def named(*lecturers: str) -> Papers:
    """A form with these lecturers."""
    topic = Topic("示例课程", "", 1.0, "、".join(lecturers), "示例单位", "教授", "示例单位", national_base=False)
    return Papers(form=Form("示例单位", None, "", "", (topic,), "征集表.xlsx"), lessons=1)


BASES: dict[str, tuple[Style, float]] = {
    "teacher sofa": (Teacher("sofa", 1, 1.0), 0.0),
    "teacher stage": (Teacher("stage", 3), 0.0),
    "teacher car": (Teacher("car", 4), 1.0),
    "window sofa": (Window("sofa", 5, noise=1.0, box=(0.5, 0.3, 0.48, 0.66)), 1.0),
    "screen sofa": (Screen("sofa", 6), 0.6),
    "handheld car": (Handheld("car", 4, pan=4), 1.0),
}
TWO_IN_PICTURE = Film("chaplin")
"""Two men stand in the street, both with their faces to the camera: who tells them is right, and who is unsure of a film too."""
ALONE: dict[str, Style] = {
    **{name: style for name, (style, _) in BASES.items()},
    "teacher office": Teacher("office", 5),
    "handheld sofa": Handheld("sofa", 3),
    "window stage": Window("stage", 7),
    "interview": Interview(seed=3),
    "film chaplin": TWO_IN_PICTURE,
    "dark hall": Teacher("site"),
    "photograph beside": Deck((PLAIN, PLAIN, PLAIN, PLAIN, PLAIN), photograph=True, camera_from="sofa"),
}


def persons(*spans: tuple[float, float]) -> Callable[[], Sequence[Case]]:
    """Guests in every base over such spans, and every base alone."""

    def cases() -> Sequence[Case]:
        subject = reading(Context(), named("示例甲"), faces=True)
        made = []
        for number, (name, (style, side)) in enumerate(BASES.items()):
            for turn, span in enumerate(spans):
                source = ("car", "office")[(number + turn) % 2] if "car" not in name else "office"
                clip = Clip(style, 16.0, (Guest(*span, source, side),), DENSE[(number + turn) % 3], Talk(seed=number))
                made.append(
                    Case(f"{name}/{source} {span[1] - span[0]:g} s", clip, (clip.planted(*span),), subject=subject)
                )
        for number, (name, style) in enumerate(ALONE.items()):
            clip = Clip(style, 15.0, (), DENSE[number % 3], Talk(seed=number))
            either = (clip.planted(0.0, clip.seconds),) if style == TWO_IN_PICTURE else ()
            made.append(Case(f"{name}/alone", clip, either=either, subject=subject))
        return made

    return cases


# Speech.

SPOKEN = {
    "BAC009S0764W0121.wav": ("甚至出现交易几乎停滞的情况", ("交易", "交易几乎停滞")),
    "IT0011W0001.wav": ("换一首歌", ("一首歌",)),
    "asr_example.wav": ("欢迎大家来体验达摩院推出的语音识别模型", ("达摩院", "语音识别*", "體驗")),
    "zero_shot_prompt.wav": ("希望你以后能够做的比我还好呦", ("以后能够", "希望?以后")),
}


@cache
def understood(name: str) -> str:
    """What the reader makes of one recording. Raises Missing."""
    model = os.environ.get("STATION_SPEECH_MODEL")
    if not model:
        raise Missing("set STATION_SPEECH_MODEL to the folder of a faster-whisper model")
    path = media() / "zh-speech" / name
    measured = measure(path)
    try:
        made = read_transcript(path, measured, read_voice(path, measured), model=Path(model))
    except ImportError as missing:
        raise Missing(f"no package {missing.name}") from missing
    return "".join(one.text for one in made.utterances) if isinstance(made, Transcript) else ""


def character_error(_: Path) -> Score:
    """Character error of the shared recordings together, in percent; and each one's."""
    errors = length = 0
    made = Score(cases=len(SPOKEN))
    for name, (truth, _terms) in SPOKEN.items():
        wrong = distance(truth, understood(name))
        errors, length = errors + wrong, length + len(truth)
        if wrong:
            made.missed.append(f"{name}: {wrong} of {len(truth)}: {understood(name)}")
    made.errors.append(100 * errors / length)
    return made


def spoken_terms(_: Path) -> Score:
    """Terms of each recording in its transcript, exactly or by their sound; and in the others', where they are false."""
    made = Score(cases=len(SPOKEN))
    for name, (_truth, terms) in SPOKEN.items():
        for other in SPOKEN:
            for term in terms:
                hit = next(find(compiled([term]), fold(understood(other)).text, by_sound=True), None)
                if other == name:
                    made.planted += 1
                    made.found += hit is not None
                    made.true_events += hit is not None
                    made.missed += [] if hit else [f"{term} in {name}: {understood(name)}"]
                elif hit is not None:
                    made.false_events += 1
                    made.alarms.append(f"{term} in {other}")
    return made


def distance(one: str, other: str) -> int:
    """Edit distance."""
    row = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, against in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (sign != against))
    return row[-1]


ROWS = (
    Row("advert", Target(recall=0.95, false_per_hour=1), adverts),
    Row("watch-term", Target(recall=0.95, false_per_hour=1), watched),
    Row("extra-person", Target(recall=0.9, false_per_hour=1), persons((5.0, 11.0), (4.0, 8.5), (3.0, 13.0))),
    Row(
        "extra-person-short",
        Target(),
        persons((6.0, 8.0), (6.5, 7.7)),
        check="extra-person",
        counts=("fault", "warning", "note"),
    ),
    Row("transcript", Target(error=18), pure=character_error, unit="% of characters"),
    Row("watch-term-speech", Target(recall=0.95, precision=0.95), pure=spoken_terms),
)
