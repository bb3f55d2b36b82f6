"""What a file's name says: a temporary name, a system's litter, a lock, a medium, an archive, a paper."""

import re

TEMPORARY = re.compile(
    r"""(?ix)
    .*\.(part|partial|filepart|crdownload|download|opdownload|tmp|temp|aria2|!qb|!ut|bc!|xltd|td|upload|swp)$
    | \..+\.[a-z0-9]{6}$            # rsync, mkstemp beside the name
    | \.~tmp~$                      # rsync --delay-updates
    | \.nfs[0-9a-f]+$ | \.fuse_hidden.* | \.goutputstream-.* | \.smbdelete.* | \.pureftpd-upload.*
    | \.syncthing\..*\.tmp$ | \.in\..+\.$
    """
)
"""Names under which programs write what is not finished yet."""
LOCK = re.compile(r"(?i)~\$.*|\.~lock\..*#$")
"""Names that an office program leaves while (or after) a document is open."""
LITTER = re.compile(
    r"(?i)\._.*|\.ds_store|thumbs\.db|ehthumbs\.db|desktop\.ini|@eadir|__macosx|\.localized|\.apdisk|\.directory"
    r"|[.#@]recycle|\.trash.*|\.trashes|\$recycle\.bin|lost\+found|system volume information|\.snapshots?|\.zfs"
    r"|\.stfolder|\.stversions|\.spotlight-.*|\.fseventsd|\.nfs-lock"
)
"""Names that file managers and storage boxes leave; they mean nothing."""
SUMS = frozenset({"sha256sums", "sha256sums.txt", "sha256sum.txt"})
MEDIA = re.compile(
    r"(?i).+\.(mp4|m4v|mov|mpg|mpeg|m2v|vob|ts|m2ts|mts|mkv|webm|avi|wmv|asf|flv|f4v|mxf|3gp|dv|ogv|rmvb|rm)"
)
"""Endings of files that are lessons, whatever is in them."""
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
OTHER_ARCHIVES = (".7z", ".rar", ".tar.xz", ".tar.bz2", ".txz", ".tbz2", ".iso", ".gz", ".xz", ".bz2", ".cab")
"""Archives that are not opened."""
NO_LESSON = re.compile(
    r"(?i).+\.(xlsx?|docx?|pptx?|pdf|txt|md|toml|json|csv|xml|html?|jpe?g|png|gif|bmp|tiff?|webp|heic|mp3|m4a|aac|wav"
    r"|flac|wma|ogg|opus|srt|ass|vtt|ttf|otf|psd|ai|svg|ini|log|wps|et|dps)"
)
"""Endings of papers, pictures and sound: never probed for a lesson."""


def is_temporary(name: str) -> bool:
    """Whether a program is (or was) still writing this file."""
    return TEMPORARY.fullmatch(name) is not None


def is_lock(name: str) -> bool:
    """Whether an office program left this beside an open document."""
    return LOCK.fullmatch(name) is not None


def is_litter(name: str) -> bool:
    """Whether a file manager left this."""
    return LITTER.fullmatch(name) is not None


def suffix(name: str) -> str:
    """The last ending in lower case, with its dot; empty where there is none."""
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if dot and stem else ""


def is_media(name: str) -> bool:
    """Whether the ending is a medium's."""
    return MEDIA.fullmatch(name) is not None and not is_litter(name)


def may_hold_lesson(name: str) -> bool:
    """Whether a file of another ending is worth a probe: not a paper, a picture or a sound."""
    return not (NO_LESSON.fullmatch(name) or is_litter(name) or is_archive(name) or is_closed_archive(name))


def is_closed_archive(name: str) -> bool:
    """Whether the ending is one of an archive that is not opened."""
    return name.lower().endswith(OTHER_ARCHIVES) and not is_archive(name)


def is_archive(name: str) -> bool:
    """Whether the ending is one of an archive that is opened."""
    return name.lower().endswith(ARCHIVES)
