"""What can go wrong with a medium or a device, each as one type that says what, where, and what to do.

MediaError
├── UnreadableMedia     FFmpeg cannot open it, or it is empty, cut off, of another type
├── NoPicture           the caller needs pictures and the file has none
├── EncodeError         the rendition could not be written (disk full, encoder refused)
└── DeviceError         the asked-for device is not there
"""


class MediaError(Exception):
    """A medium could not be worked on. `reason` is one short machine word, `detail` FFmpeg's or the system's own."""

    reason = "media"

    def __init__(self, where: str, detail: str = "") -> None:
        super().__init__(f"{where}: {detail}" if detail else where)
        self.where = where
        self.detail = detail

    def __reduce__(self) -> tuple[type["MediaError"], tuple[str, str]]:
        return type(self), (self.where, self.detail)


class UnreadableMedia(MediaError):
    """FFmpeg cannot open the file, or no packet of it decodes."""

    reason = "unreadable"


class NoPicture(MediaError):
    """The file holds no video stream."""

    reason = "no-picture"


class EncodeError(MediaError):
    """The rendition could not be written."""

    reason = "encode"


class DeviceError(MediaError):
    """The device that was asked for by name is not there."""

    reason = "device"
