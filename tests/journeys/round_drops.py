"""What units send in the played round: 附件1 forms, and drops of real clips with their papers."""

import io
import os
import shutil
import tarfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import av
import docx
from PIL import Image, ImageDraw

from gpu.synth import ClipWriter
from tests.clips import lecture
from tests.conftest import REPOSITORY
from tests.journeys.round_plan import (
    COUNT,
    NO_LECTURER,
    NO_SUMMARY,
    OTHER_AREA,
    WRONG_HOURS,
    Lesson,
    Work,
    recommender_of,
    topic,
)
from tests.station.topic_forms import WRITERS

SECONDS, WIDTH, HEIGHT, RATE, SAMPLES = 5, 320, 180, 25, 44100
WRONG: dict[int, dict[str, Any]] = {
    NO_LECTURER: {"lecturer": ""}, WRONG_HOURS: {"hours": "许多"}, OTHER_AREA: {"area": "示例其他领域"}, NO_SUMMARY: {"summary": ""},
}  # fmt: skip
UNREADABLE = {
    "示例损坏.xlsx": b"PK\x03\x04 broken", "示例旧格式.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "示例无关.docx": b"",
}  # fmt: skip
QUESTIONS = 5


def form_name(number: int) -> str:
    return f"示例{number:03}{'.xlsx' if number % 2 else '.docx'}"


def write_forms(folder: Path) -> Path:
    """120 forms of one topic each, half of them workbooks and half documents, four of them wrong; and three files that are none."""
    folder.mkdir()
    for number in range(1, COUNT + 1):
        path = folder / form_name(number)
        WRITERS[path.suffix](path, [topic(number) | WRONG.get(number, {})], recommender_of(number))
    for name, content in UNREADABLE.items():
        (folder / name).write_bytes(content)
    return folder


def question(work: Work, ordinal: int, number: int) -> list[str]:
    """A question of a quiz: text, four options, answer."""
    answer = "AC" if number == QUESTIONS else "ABCD"[number % 4]
    options = [f"{letter}. 示例选项{letter}{number}" for letter in "ABCD"]
    return [f"{number}. {work.title}第{ordinal}课时的第{number}问？", *options, f"答案：{answer}"]


def drop(work: Work, inbox: Path, scratch: Path, lessons: tuple[Lesson, ...] = (), *, version: int = 1) -> Path:
    """Send a work in: a folder, .zip or .tar.gz; `lessons`: instead of the first version's."""
    folder = scratch / f"{work.key}-{version}"
    folder.mkdir(parents=True)
    for ordinal, lesson in enumerate(lessons or work.lessons, 1):
        _clip(folder / f"第{ordinal}讲{lesson.suffix}", lesson)
    WRITERS[work.form](folder / f"选题征集表{work.form}", [work.topic], work.recommender)
    papers = ("letter", "quiz") if version > 1 else work.papers
    if "letter" in papers:
        _letter(folder / "承诺书.docx", work)
    for ordinal in range(1, len(work.lessons) + 1) if "quiz" in papers else ():
        lines = [line for number in range(1, QUESTIONS + 1) for line in question(work, ordinal, number)]
        (folder / f"测试题第{ordinal}讲.txt").write_text("\n".join(lines), encoding="utf-8")
    return _packed(folder, inbox / f"{work.title}-{version}", work.packed)


def _packed(folder: Path, target: Path, how: str) -> Path:
    """Under its name in one step, as a finished copy."""
    if how == "folder":
        return Path(shutil.move(folder, target))
    made = folder.with_suffix(f".{how}.part")
    files = sorted(folder.iterdir())
    if how == "zip":
        with zipfile.ZipFile(made, "w") as archive:
            for path in files:
                archive.write(path, f"{target.name}/{path.name}")
    else:
        with tarfile.open(made, "w:gz") as archive:
            for path in files:
                archive.add(path, f"{target.name}/{path.name}")
    return made.rename(target.with_name(f"{target.name}.{how}"))


def _letter(path: Path, work: Work) -> None:
    document = docx.Document()
    document.add_paragraph("公需科目课件知识产权保护承诺书")
    document.add_paragraph(
        f"我单位自愿申报并免费共享专业技术人才知识更新工程公需科目{work.title}选题的课件，按照要求和标准完成课件制作并承诺：我单位对上述选题课件拥有完全的知识产权。"
    )
    document.add_paragraph(f"申报单位名称（盖章）：{work.letter_unit or work.unit}")
    document.add_paragraph("申报单位负责人签字：示例负责人")
    document.add_paragraph("日期：2022年3月20日")
    document.add_picture(io.BytesIO(_seal()))
    document.save(str(path))


@cache
def _seal() -> bytes:
    """A round red seal on paper."""
    page = Image.new("RGB", (300, 300), "white")
    draw = ImageDraw.Draw(page)
    draw.ellipse((60, 60, 240, 240), outline=(205, 30, 35), width=14)
    draw.regular_polygon((150, 150, 45), 5, fill=(205, 30, 35))
    held = io.BytesIO()
    page.save(held, "PNG")
    return held.getvalue()


def _clip(path: Path, lesson: Lesson) -> None:
    """Real footage where it is there, else a small lecture."""
    media = Path(os.environ.get("REVIEW_STATION_MEDIA") or REPOSITORY / "../shared/media")
    if lesson.footage and (source := media / lesson.footage).is_file():
        _cut(source, path)
        return
    lecture(
        path, seconds=SECONDS, width=WIDTH, height=HEIGHT, seed=lesson.seed, faults=lesson.faults, video_codec=lesson.codec
    )  # fmt: skip


def _cut(source: Path, path: Path) -> None:
    """The first seconds of real footage with its sound, cropped to the size and rate of the other clips."""
    shown, heard, most = 0, 0, SECONDS * SAMPLES
    with av.open(str(source)) as container, ClipWriter(path, width=WIDTH, height=HEIGHT, rate=RATE) as clip:
        resampler = av.AudioResampler("fltp", "stereo", SAMPLES)
        for frame in container.decode(container.streams.video[0], container.streams.audio[0]):
            if isinstance(frame, av.VideoFrame):
                while shown < SECONDS * RATE and shown / RATE <= float(frame.time):
                    clip.picture(_cropped(frame))
                    shown += 1
            else:
                for part in resampler.resample(frame):
                    samples = part.to_ndarray().T[: most - heard]
                    clip.sound(samples)
                    heard += len(samples)
            if shown == SECONDS * RATE and heard == most:
                return


def _cropped(frame: av.VideoFrame) -> Any:
    high = max(HEIGHT, round(frame.height * WIDTH / frame.width / 2) * 2)
    picture = frame.reformat(width=WIDTH, height=high, format="rgb24").to_ndarray()
    top = (high - HEIGHT) // 4
    return picture[top : top + HEIGHT]
