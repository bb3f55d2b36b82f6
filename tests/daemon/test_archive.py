"""Archives from strangers."""

import io
import os
import random
import stat
import struct
import tarfile
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon import archive
from daemon.archive import Limits, unpack
from daemon.errors import Refused

LIMITS = Limits(total=1 << 20, files=20)


def zipped(path: Path, *entries: tuple[str, bytes], **settings: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in entries:
            out.writestr(name, data, **settings)
    return path


def raw_zip(path: Path, name: bytes, data: bytes, *, flags: int = 0, extra: bytes = b"", mode: int = 0) -> Path:
    """A stored zip with one entry whose raw name, flags and mode are as given: what Python's own writer refuses to write."""
    crc, size = zlib.crc32(data), len(data)
    common = struct.pack("<HHHHHIIIHH", 20, flags, 0, 0, 0x21, crc, size, size, len(name), len(extra))
    local = b"PK\x03\x04" + common + name + extra + data
    central = (
        b"PK\x01\x02"
        + struct.pack("<H", 0x031E)
        + common
        + struct.pack("<HHHII", 0, 0, 0, mode << 16, 0)
        + name
        + extra
    )
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    path.write_bytes(local + central + end)
    return path


def tarred(path: Path, *members: tuple[tarfile.TarInfo, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as out:
        for info, data in members:
            info.size = len(data)
            out.addfile(info, io.BytesIO(data))
    return path


def refusal(path: Path, into: Path, limits: Limits = LIMITS) -> str:
    with pytest.raises(Refused) as caught:
        unpack(path, into, limits)
    return caught.value.reason.message.removeprefix("intake.refused.archive-")


def tree(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def test_an_honest_archive(tmp_path: Path):
    packed = zipped(tmp_path / "a.zip", ("课程/第1讲.mp4", b"1"), ("课程/测试题.txt", b"2"), ("课程/空/", b""))
    unpack(packed, tmp_path / "out", LIMITS)
    assert tree(tmp_path / "out") == {"课程/第1讲.mp4": b"1", "课程/测试题.txt": b"2"}
    assert (tmp_path / "out/课程/空").is_dir()


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_an_honest_tar(tmp_path: Path, mode: str):
    packed = tarred(
        tmp_path / ("a.tar" if mode == "w" else "a.tar.gz"), (tarfile.TarInfo("课程/第1讲.mp4"), b"1"), mode=mode
    )
    unpack(packed, tmp_path / "out", LIMITS)
    assert tree(tmp_path / "out") == {"课程/第1讲.mp4": b"1"}


@pytest.mark.parametrize(
    "name",
    [
        "../out.mp4",
        "a/../../out.mp4",
        "/etc/out.mp4",
        "C:\\out.mp4",
        "..\\out.mp4",
        "\\\\host\\share\\out.mp4",
        "C:out",
    ],
)
def test_paths_that_lead_outside(tmp_path: Path, name: str):
    assert refusal(raw_zip(tmp_path / "a.zip", name.encode(), b"x"), tmp_path / "in/out") == "path"
    assert not (tmp_path / "out.mp4").exists()


@pytest.mark.parametrize("name", ["../out.mp4", "/etc/out.mp4"])
def test_tar_paths_that_lead_outside(tmp_path: Path, name: str):
    assert refusal(tarred(tmp_path / "a.tar", (tarfile.TarInfo(name), b"x")), tmp_path / "in/out") == "path"


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices(tmp_path: Path, kind: int):
    assert refusal(raw_zip(tmp_path / "a.zip", b"a.mp4", b"/etc/passwd", mode=kind | 0o777), tmp_path / "out") == "link"


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar(tmp_path: Path, kind: bytes):
    info = tarfile.TarInfo("a.mp4")
    info.type, info.linkname = kind, "/etc/passwd"
    assert refusal(tarred(tmp_path / "a.tar", (info, b"")), tmp_path / "out") == "link"


def test_a_password(tmp_path: Path):
    assert refusal(raw_zip(tmp_path / "a.zip", b"a.mp4", b"x", flags=1), tmp_path / "out") == "password"


def test_too_many_files(tmp_path: Path):
    packed = zipped(tmp_path / "a.zip", *((f"{n}.txt", b"") for n in range(21)))
    assert refusal(packed, tmp_path / "out") == "files"


def test_too_much_is_noticed_while_it_comes_out(tmp_path: Path):
    assert refusal(zipped(tmp_path / "a.zip", ("a.mp4", bytes(2 << 20))), tmp_path / "out") == "size"


def test_a_header_that_lies_about_the_size(tmp_path: Path):
    packed = zipped(tmp_path / "a.zip", ("a.mp4", bytes(2 << 20)))
    data = packed.read_bytes().replace(struct.pack("<I", 2 << 20), struct.pack("<I", 10))
    packed.write_bytes(data)
    assert refusal(packed, tmp_path / "out") in {"damaged", "size"}
    assert sum(len(data) for data in tree(tmp_path / "out").values()) <= 10


def test_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive, "RATIO_FROM", 1 << 16)
    assert refusal(zipped(tmp_path / "a.zip", ("a.mp4", bytes(1 << 20))), tmp_path / "out") == "bomb"


def test_a_name_twice(tmp_path: Path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        packed = zipped(tmp_path / "a.zip", ("a.mp4", b"1"), ("a.mp4", b"2"))
    assert refusal(packed, tmp_path / "out") == "twice"


def test_a_file_that_is_also_a_folder(tmp_path: Path):
    assert refusal(zipped(tmp_path / "a.zip", ("a.mp4", b"1"), ("a.mp4/b.mp4", b"2")), tmp_path / "out") == "twice"


def test_damage(tmp_path: Path):
    packed = zipped(tmp_path / "a.zip", ("a.mp4", os.urandom(5000)))
    data = bytearray(packed.read_bytes())
    data[1000] ^= 0xFF
    packed.write_bytes(data)
    assert refusal(packed, tmp_path / "out") == "damaged"


@pytest.mark.parametrize("mode", ["w:xz", "w:bz2", "w:gz"])
def test_damage_inside_a_packed_tar(tmp_path: Path, mode: str):
    """Each library has errors of its own."""
    packed = tarred(tmp_path / "a.tar", (tarfile.TarInfo("a.mp4"), random.Random(1).randbytes(500_000)), mode=mode)
    data = bytearray(packed.read_bytes())
    data[250_000:250_100] = bytes(100)
    packed.write_bytes(data)
    assert refusal(packed, tmp_path / "out") == "damaged"


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_damage_inside_a_zip_of_another_packing(tmp_path: Path, packing: int):
    packed = tmp_path / "a.zip"
    with zipfile.ZipFile(packed, "w", packing) as out:
        out.writestr("a.mp4", random.Random(1).randbytes(5000))
    data = bytearray(packed.read_bytes())
    data[40:140] = b"\xff" * 100
    packed.write_bytes(data)
    assert refusal(packed, tmp_path / "out") == "damaged"


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])
@pytest.mark.parametrize("data", [b"", b"PK", b"not an archive at all" * 50, b"\x1f\x8b\x08" + bytes(100)])
def test_what_is_no_archive(tmp_path: Path, name: str, data: bytes):
    (tmp_path / name).write_bytes(data)
    assert refusal(tmp_path / name, tmp_path / "out") == "damaged"


@settings(max_examples=40)
@given(cuts=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=6))
def test_whatever_is_broken_ends_in_a_refusal_or_in_files_inside(tmp_path_factory: pytest.TempPathFactory, cuts: list):
    folder = tmp_path_factory.mktemp("broken")
    packed = zipped(folder / "a.zip", ("课程/a.mp4", b"1" * 50), ("b.txt", b"2" * 50))
    data = bytearray(packed.read_bytes())
    for at, value in cuts:
        data[at % len(data)] = value
    packed.write_bytes(data)
    with suppress(Refused):
        unpack(packed, folder / "in/out", LIMITS)
    assert {f.name for f in folder.iterdir()} <= {"a.zip", "in"}
    assert {f.name for f in (folder / "in").iterdir()} <= {"out"} if (folder / "in").exists() else True


def test_names_in_gbk(tmp_path: Path):
    """As Windows writes them: no UTF-8 flag, GBK bytes; also with the backslash that is a second byte of GBK."""
    for name in ("课程/第一讲.mp4", "乗.mp4", "a\\b.mp4"):
        out = tmp_path / name.replace("/", "_").replace("\\", "_")
        unpack(raw_zip(tmp_path / "a.zip", name.encode("gbk"), b"x"), out, LIMITS)
        assert list(tree(out)) == [name.replace("\\", "/")]


def test_names_in_utf8_without_the_flag(tmp_path: Path):
    unpack(raw_zip(tmp_path / "a.zip", "第一讲.mp4".encode(), b"x"), tmp_path / "out", LIMITS)
    assert list(tree(tmp_path / "out")) == ["第一讲.mp4"]


def test_a_unicode_name_beside_the_old_one(tmp_path: Path):
    name, raw = "第一讲😀.mp4".encode(), b"lesson.mp4"
    extra = struct.pack("<HHBI", 0x7075, 5 + len(name), 1, zlib.crc32(raw)) + name
    unpack(raw_zip(tmp_path / "a.zip", raw, b"x", extra=extra), tmp_path / "out", LIMITS)
    assert list(tree(tmp_path / "out")) == ["第一讲😀.mp4"]


def test_hostile_names_stay_names(tmp_path: Path):
    for number, name in enumerate(
        ("a\nb.mp4", "\x1b[31m.mp4", "[@click=x]y[/].mp4", "\u202egpm.4pm", "字" * 85, "😀.mp4")
    ):
        unpack(raw_zip(tmp_path / "a.zip", name.encode(), b"x", flags=0x800), tmp_path / str(number), LIMITS)
        assert list(tree(tmp_path / str(number))) == [name]


def test_a_name_too_long_for_the_disk(tmp_path: Path):
    assert refusal(raw_zip(tmp_path / "a.zip", b"a" * 256, b"x"), tmp_path / "out") == "name"


def test_a_nested_archive_stays_closed(tmp_path: Path):
    inner = zipped(tmp_path / "inner.zip", ("b.mp4", b"2")).read_bytes()
    unpack(zipped(tmp_path / "a.zip", ("a.mp4", b"1"), ("inner.zip", inner)), tmp_path / "out", LIMITS)
    assert tree(tmp_path / "out") == {"a.mp4": b"1", "inner.zip": inner}
