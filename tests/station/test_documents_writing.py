"""Writing a document: whole or not at all, never over another one unasked."""

import threading
from pathlib import Path

import pytest

from station.documents.writing import write_whole
from station.errors import StationError, Unavailable, UsageError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_document_gets_its_name_once_it_is_whole(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "deep" / "a.docx", b"content")
    assert path.read_bytes() == b"content"
    assert names(path.parent) == ["a.docx"]


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"before")
    with pytest.raises(UsageError, match=r"documents\.error\.there"):
        write_whole(path, b"after")
    assert path.read_bytes() == b"before"
    write_whole(path, b"after", force=True)
    assert path.read_bytes() == b"after"
    assert names(tmp_path) == ["a.docx"]


def test_a_dangling_link_is_something_too(tmp_path: Path) -> None:
    link = tmp_path / "a.docx"
    link.symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError):
        write_whole(link, b"content")
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.docx").mkdir()
    for force in (False, True):
        with pytest.raises(UsageError, match="folder-there"):
            write_whole(tmp_path / "a.docx", b"content", force=force)


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable, match="unwritable"):
        write_whole(tmp_path / "file" / "a.docx", b"content")
    with pytest.raises(Unavailable):
        write_whole(tmp_path / ("名" * 200), b"content")
    assert names(tmp_path) == ["file"]


def test_of_many_at_once_one_wins_and_is_whole(tmp_path: Path) -> None:
    contents = [bytes([65 + n]) * 200_000 for n in range(8)]
    failed: list[StationError] = []

    def write(content: bytes) -> None:
        try:
            write_whole(tmp_path / "a.docx", content)
        except StationError as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failed) == len(contents) - 1
    assert (tmp_path / "a.docx").read_bytes() in contents
    assert names(tmp_path) == ["a.docx"]
