"""What people write into the cells of a form, as values. None means: can't be read as one."""

import re

from station.papers._figures import figure, fold, squeeze

MAX_HOURS = 200.0
"""A single topic of more 课时 than this is a slip of the pen: the notice wants 30 in all."""
MINUTES_PER_HOUR = 45.0
"""附件1: 45 minutes are one 课时."""
_TICKED, _EMPTY = "☑☒√✓✔■", "□☐○"


def read_hours(text: str) -> float | None:
    """`4`, `4课时`, `4.0 学时`, `四`, `180分钟`, `2（90分钟）` → 课时; None outside (0, 200]."""
    text = re.sub(r"[(][^()]*[)]", "", fold(text))
    match = re.fullmatch(
        r"约?共?(?P<amount>\d+(?:\.\d+)?|[一二三四五六七八九十百两]+)个?(?P<unit>课时|学时|分钟|min)?左?右?",
        squeeze(text),
    )
    if match is None:
        return None
    amount = match["amount"]
    value = float(amount) if amount[0].isdecimal() else float(figure(amount) or 0)
    hours = value / MINUTES_PER_HOUR if match["unit"] in {"分钟", "min"} else value
    return hours if 0 < hours <= MAX_HOURS else None


def read_yes(text: str) -> bool | None:
    """是/否 in the ways people say it, ticked boxes too (`☑是 □否`, `是√ 否`)."""
    plain = squeeze(text)
    if any(sign in plain for sign in _TICKED + _EMPTY) and ("是" in plain or "否" in plain):
        return _ticked(plain)
    if re.match(r"否|不|非|无|×|no?$|false$|0$", plain):
        return False
    if re.match(r"是|国家级|有|√|✓|✔|y(es)?$|true$|1$", plain):
        return True
    return None


def _ticked(plain: str) -> bool | None:
    signs = re.findall(rf"[{_TICKED}{_EMPTY}]|是|否", plain)
    if signs[0] in {"是", "否"}:
        pairs = [(signs[i], signs[i + 1]) for i in range(len(signs) - 1) if signs[i] in {"是", "否"}]
    else:
        pairs = [(signs[i + 1], signs[i]) for i in range(len(signs) - 1) if signs[i + 1] in {"是", "否"}]
    chosen = {word for word, sign in pairs if sign in _TICKED}
    return chosen == {"是"} if len(chosen) == 1 else None


def is_blank(text: str) -> bool:
    """Nothing filled in: empty, only lines to write on, or the notice's own `2022年 月 日`."""
    return not re.sub(r"[\s_\-—/]", "", fold(text)) or bool(re.fullmatch(r"\s*(\d{4})?\s*年\s*月\s*日\s*", fold(text)))


def is_telephone(text: str) -> bool:
    """Seven digits or more, and nothing but what telephone numbers are written with (several numbers, and words in brackets, are fine)."""
    folded = re.sub(r"[(][^()\d]*[)]", "", fold(text))
    return sum(sign.isdecimal() for sign in folded) >= 7 and bool(
        re.fullmatch(r"[\d\s+()\-—–/,;、，；转ext.]+", folded)
    )
