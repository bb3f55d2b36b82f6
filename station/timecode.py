"""Places in a lesson as people read them."""


def timecode(seconds: float, frame_seconds: float, sign: str = ".") -> str:
    """`hh:mm:ss.ff`, ff counting frames within the second; `sign` stands before the frames (editors write `:`)."""
    rate = max(1, round(1 / frame_seconds))
    frames = round(seconds / frame_seconds) if abs(1 / frame_seconds - rate) < 0.01 else round(seconds * rate)
    whole, rest = divmod(max(0, frames), rate)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{sign}{rest:02}"
