"""How the 附件1 form names its fields, and how people rename them. Found by label, never by place."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from station.papers._figures import fold, squeeze
from station.papers.grid import Cell

COLUMNS: dict[str, str] = {
    "number": r"序号|编号|no\.?",
    "title": r"(公需科目)?(课件|选题|课程|题目|课件选题)(名称|题目)|课件选题|选题",
    "summary": r"(课件|选题|课程)?(内容)?(简介|概要|摘要|介绍)",
    "hours": r"(课|学)时数?([/、或](课|学)时数?)?",
    "lecturer": r"(授课)?(教师|人|老师|专家|讲师)?姓名|授课(教师|人|老师|专家)|主讲(人|教师|老师)?|讲师",
    "lecturer_title": r"(教师|授课人|授课教师)?(专业)?(技术)?(职称|职务)([/、或及和]?(职称|职务))?",
    "lecturer_unit": r"(授课)?(教师|人|老师|专家)?(工作|所在)单位|(授课)?(教师|授课人|老师)单位",
    "applicant_unit": r"(课件)?申报单位(名称)?",
    "unit": r"单位(名称)?",
    "national_base": r".{0,8}(继续教育)?基地.{0,4}",
    "area": r"(选题|所属)?(领域|范围|方向|类别)",
}
"""Field → what its column head may say, blanks and brackets removed. `unit` stands twice in the notice's form: under the
lecturer and under the applicant."""

LOOSE: dict[str, str] = {
    "recommending_unit": r"推荐单位(?:名称)?",
    "filled_on": r"填(?:报|表|写)(?:时间|日期)",
    "contact": r"联系人(?:姓名)?",
    "telephone": r"(?:联系|办公|手机)?电话(?:号码)?|联系方式|手机号?码?",
}
"""Field → how it is named outside the table of topics."""

_LOOSE_LABEL = re.compile(
    r"(?:(?<=[\s;,；，。])|^)(?:"
    + "|".join(f"(?P<{field}>{names})" for field, names in LOOSE.items())
    + r")\s*(?:\([^()]{0,16}\))?\s*(?::|$)",
    re.MULTILINE,
)
_AFTER_TOPICS = re.compile(r"[(]?(注|说明|备注|填表说明|填报说明|合计|总计)")


def column_field(label: str) -> str | None:
    """The field that a column head names, or None."""
    plain = re.sub(r"[(（][^()（）]*[)）]|[:：*＊]", "", squeeze(label))
    return next((field for field, names in COLUMNS.items() if re.fullmatch(names, plain)), None)


def loose_values(text: str) -> list[tuple[str, str, str]]:
    """(field, label as written, value) for every label in one cell; the value is empty where only the label stands."""
    folded = fold(text)
    matches = list(_LOOSE_LABEL.finditer(folded))
    found = []
    for match, following in zip_longest(matches, matches[1:]):
        value = text[match.end() : following.start() if following else len(text)]
        found.append((match.lastgroup or "", match.group().strip(" :\t\n"), value.strip(" _\t\n\u3000:：")))
    return found


def ends_topics(row: Sequence[Cell]) -> bool:
    """Whether the row stands below the topics: a label of the form's foot, a remark, a sum."""
    first = next((fold(cell.text).strip() for cell in row if cell.text.strip()), "")
    return bool(_AFTER_TOPICS.match(first)) or any(loose_values(cell.text) for cell in row)
