"""A whole round on the screens: every step of every person typed into a terminal of their own, nothing on the command line but
the daemon and what has no screen."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from station.store import audit, open_store
from tests.journeys.round_drops import drop, write_forms
from tests.journeys.round_plan import (
    AGAIN,
    COUNT,
    DEADLINE,
    LISTED,
    NO_SUMMARY,
    OTHER_AREA,
    PLACES,
    REJECTED,
    TODAY,
    WORKS,
    Work,
    votes_of,
)
from tests.journeys.round_played import ROUND, Played, sheets_of
from tests.journeys.round_topics import CHOSEN, PICKED
from tests.terminal import LARGE, Terminal

WAIVED = {"w01": ("黑场",), "w02": ("夹帧", "声音掉点"), "w09": ("静帧",)}
RETURNED = {"w02": "示例：黑场须剪去", "w03": "示例：材料不全", "w04": "示例：封装格式不符"}
FEW = ("w01", "w02", "w03", "w07")
TOTALS = {"w05": (90.0, 90.0, 90.0), "w07": (84.0, 85.0, 86.0), "w08": (94.0, 93.0, 90.0)}
"""Where the plan's totals are too far apart for three experts, or where there are none."""


class Sitter:
    """One person at one terminal, from the queue back to the queue."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal, self.see, self.press = terminal, terminal.see, terminal.press
        self.terminal.wait(
            lambda: any(word in terminal.text for word in ("收件箱为空", "示例选题")), "the queue is read"
        )

    def gone(self, word: str) -> None:
        self.terminal.wait(lambda: word not in self.terminal.text, f"{word!r} goes")

    def answer(self, question: str, text: str) -> None:
        """Write into the field of a question and confirm."""
        self.see("Enter 确认")
        self.see(question)
        self.press(text)
        self.see(text[-12:])
        self.press("\r")
        self.gone("Enter 确认")

    def confirm(self, question: str) -> None:
        """Say yes to a question."""
        self.see("y 确认")
        self.see(question)
        self.press("y")
        self.gone("y 确认")

    def open(self, title: str, id_: str = "") -> None:
        """The submission of that title, through the filter; by its id where it has versions."""
        self.press("/")
        self.see("筛选：课程名")
        self.press(id_ or title)
        self.see(f"/{id_ or title}")
        self.press("\r\r")
        self.state(f"{title}  v")

    def back(self) -> None:
        """To the queue, and all of it."""
        self.press("\x1b")
        self.state("评审站  /")  # the queue, still filtered
        self.press("\x1b")
        self.gone("评审站  /")

    def state(self, word: str) -> None:
        """Wait until the head of the screen says so."""
        self.terminal.wait(lambda: word in self.terminal.text.split("\n")[0], f"head says {word!r}")


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Played:
    """The played round's station; its forms may still come in today."""
    made = Played(tmp_path / "station", monkeypatch, capsys)
    later = (TODAY + timedelta(days=10)).isoformat()
    (made.folder / "round.toml").write_text(ROUND.replace(DEADLINE.isoformat(), later), encoding="utf-8")
    return made


@pytest.fixture
def sit(played: Played) -> Iterator[Callable[[str], Sitter]]:
    """Opens a person's terminal; who sits there already stays."""
    seats: dict[str, Terminal] = {}

    def at(account: str) -> Sitter:
        for other in [name for name in seats if name != account]:
            seats.pop(other).close()
        if account not in seats:
            seats[account] = Terminal(played.folder / "config.toml", account=account, size=LARGE)
            return Sitter(seats[account])
        return Sitter(seats[account])

    yield at
    for terminal in seats.values():
        terminal.close()


@pytest.mark.parametrize(
    "keys",
    [pytest.param(FEW, id="four"), pytest.param(tuple(work.key for work in WORKS), id="all", marks=pytest.mark.slow)],
)
def test_a_whole_round_on_the_screens(played: Played, sit: Callable[[str], Sitter], keys: tuple[str, ...]) -> None:
    works = [work for work in WORKS if work.key in keys]
    scored = [work for work in works if work.key != "w03"]
    played.watch()
    topics_are_collected(played, sit("op1"))
    votes_are_counted(played, sit("of1"))
    thirty_are_chosen(sit("boss1"))
    rows = played.told("op1", "topics", "list", "--state", "chosen")["topics"]
    assert [row["number"] for row in rows] == CHOSEN
    for work in works:
        drop(work, played.inbox, played.folder / "sent")
    played.watch()
    triage(played, sit("op1"), works, scored)
    experts_are_assigned(played, sit("of1"), scored)
    reviews_are_written(played, sit, scored)
    decisions_are_taken(played, sit, scored)
    the_catalogue_goes_out(played, sit("of2"), scored)
    store = open_store(played.root / "station.db")
    assert audit.verify(store).sound
    store.close()


def newest(played: Played, title: str, unit: str) -> str:
    rows = played.told("op1", "show")["submissions"]
    of_work = [row for row in rows if (row["title"], row["applicant_unit"]) == (title, unit)]
    return str(max(of_work, key=lambda row: row["version"])["id"])


def topics_are_collected(played: Played, me: Sitter) -> None:
    """Forms in, the clean ones accepted at a stroke, the others one by one with a reason."""
    forms = write_forms(played.folder / "forms")
    me.press("\x1bOR")  # F3
    me.see("按 i 导入征集表")
    me.press("i")
    me.answer("征集表的文件或文件夹", str(forms))
    me.see(f"全部 {COUNT}")
    me.press("A")
    me.confirm("选题初核通过")
    me.see(f"通过 {COUNT - 4}")
    me.press("f")
    me.see("待初核 4")
    for left, act in ((3, "r"), (2, "r"), (1, "a"), (0, "a")):
        me.press(act)
        me.answer("选题初核", f"示例理由{left}")
        me.see(f"待初核 {left}")
    me.see(f"未通过 {len(REJECTED)}")
    me.press("\x1b")
    states = {row["number"]: row["state"] for row in played.told("op1", "topics", "list")["topics"]}
    assert {number for number, state in states.items() if state == "rejected"} == set(REJECTED)
    assert states[OTHER_AREA] == states[NO_SUMMARY] == "accepted"


def votes_are_counted(played: Played, me: Sitter) -> None:
    """The list goes out, the votes come in."""
    ballot, votes = played.out / "名单.xlsx", played.folder / "票.csv"
    me.press("\x1bOR")
    me.see(f"全部 {COUNT}")
    me.press("e")
    me.answer("投票名单写到", str(ballot))
    me.see(f"{len(LISTED)} 个选题")
    assert len(next(iter(sheets_of(ballot).values()))) == 3 + len(LISTED)
    votes.write_text("编号,票数\n" + "".join(f"{n},{votes_of(n)}\n" for n in LISTED), encoding="utf-8")
    me.press("v")
    me.answer("投票结果文件", str(votes))
    me.see(str(sum(votes_of(n) for n in LISTED)))
    me.press("\x1b")


def thirty_are_chosen(me: Sitter) -> None:
    """By votes; the last places are marked by hand."""
    me.press("\x1bOR")
    me.see("末位同票 4 个")
    me.press("o")
    me.press("\x1b[H")  # Home: the cursor has followed its row
    for place in range(PLACES + 2):
        if place >= PLACES:
            me.press(" ")
            me.see(f"已标 {place - PLACES + 1} 个")
        else:
            me.press("j")
    me.press("c")
    me.answer(", ".join(map(str, PICKED)), "示例：领域急需")
    me.see(f"入选 {PLACES}")
    me.press("\x1b")


def triage(played: Played, me: Sitter, works: list[Work], scored: list[Work]) -> None:
    """What can't stand is returned; second versions come; what may pass is waived; all go to the experts."""
    me.see(f"初检 {len(works)}")
    by_key = {work.key: work for work in works}
    for key in RETURNED.keys() & by_key.keys():
        me.open(by_key[key].title)
        me.press("r")
        me.answer("已退回修改", RETURNED[key])
        me.state("已退回修改")
        me.back()
    for key in AGAIN.keys() & by_key.keys():
        drop(by_key[key], played.inbox, played.folder / "sent", AGAIN[key], version=2)
    played.watch()
    me.see(f"初检 {len(scored)}")
    played.ids = {work.key: newest(played, work.title, work.unit) for work in works}
    for work in scored:
        me.open(work.title, played.ids[work.key])
        for check in WAIVED.get(work.key, ()):
            me.see(check)
            me.press("w")
            me.answer("豁免这个问题", f"示例：{check}系章节间隔")
            me.see(f"示例：{check}系章节间隔")
            me.press("]")
        me.press("a")
        me.confirm("初检 > 专家评审")
        me.state("专家评审")
        me.back()
    me.see(f"专家评审 {len(scored)}")


def experts_are_assigned(played: Played, me: Sitter, scored: list[Work]) -> None:
    """Three to each work, by the program; the panel says who."""
    for work in scored:
        me.open(work.title, played.ids[work.key])
        me.press("e")
        me.see("自动指派")
        me.press("A")
        me.terminal.wait(lambda: me.terminal.text.count("未开始") == 3, "three are assigned")
        played.panels[work.key] = [
            one["account"] for one in played.told("of1", "panel", played.ids[work.key])["panel"]["experts"]
        ]
        assert len(played.panels[work.key]) == 3
        me.press("\x1b")
        me.state(work.title[:6])
        me.back()


def reviews_are_written(played: Played, sit: Callable[[str], Sitter], scored: list[Work]) -> None:
    """Each expert: the gate, then the lines, then the seal."""
    experts = sorted({account for panel in played.panels.values() for account in panel})
    for account in experts:
        me = sit(account)
        for work in scored:
            if account in played.panels[work.key]:
                place = played.panels[work.key].index(account)
                me.open(work.title, played.ids[work.key])
                review(me, (TOTALS.get(work.key) or work.totals)[place])
                me.state(work.title[:6])
                me.back()


def review(me: Sitter, total: float) -> None:
    """Every point of the gate a yes; points off from the first lines."""
    from tests.journeys.round_panel import GATE, points  # noqa: PLC0415 - read from the rubric

    me.press("s")
    me.see("先逐条回答政治关")
    me.press("y" + "\t\ty" * (len(GATE) - 1))
    me.see("已保存")
    me.press("\x1b[17~")  # F6
    me.confirm("全部通过。确认后不能再改")
    me.see("打分（满分合计 100）")
    me.press("\t".join(f"{score:g}" for score in points(total).values()))
    me.see(f"合计 {total:g} 分")
    me.see("已保存")
    me.press("\x1b[19~")  # F8
    me.confirm("提交后封存")
    me.see("已提交，已封存")
    me.press("\x1b")


def decisions_are_taken(played: Played, sit: Callable[[str], Sitter], scored: list[Work]) -> None:
    """In batches: two people of the office, then the coordination group."""
    for account, state in (("of1", "office-audit"), ("of2", "group-decision"), ("boss1", "catalogued")):
        me = sit(account)
        me.press("b")
        me.see(f"待决 {len(scored)} 件")
        for place in range(len(scored)):
            me.press(" ")  # marks, and goes on to the next
            me.see(f"已标记 {place + 1} 件")
        me.press("a")
        me.answer("批量通过", f"示例：{account} 同意")
        me.see("待决 0 件")
        me.press("\x1b")
        assert {played.view(work.key)["state"] for work in scored} == {state}, account


def the_catalogue_goes_out(played: Played, me: Sitter, scored: list[Work]) -> None:
    """Looked at, exported, published."""
    me.press("c")
    me.see(f"{TODAY.year}-{len(scored):03}")
    me.press("x")
    me.see("已写成")
    (path,) = (played.root / "exports").glob("*.xlsx")
    titles = [row[1] for row in sheets_of(path)["目录"] if str(row[0]).startswith(f"{TODAY.year}-")]
    assert sorted(titles) == sorted(work.title for work in scored)
    me.press("\x1b")
    me.see("结论 / 进度")
    for work in scored:
        me.open(work.title, played.ids[work.key])
        me.press("P")
        me.confirm("> 已发布")
        me.state("已发布")
        me.back()
    assert {played.view(work.key)["state"] for work in scored} == {"published"}
