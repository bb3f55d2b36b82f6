"""One submission on a real desk: lessons, findings, evidence, waivers, conflicts, outside text."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fixture_station import OFFICE, OPERATOR, add, outcome_of, record, sample_finding
from rich.cells import cell_len
from seat import Open, screen_text, until
from textual.pilot import Pilot

from station.desk import Desk
from station.desk.views import FindingView
from station.findings import Finding, Outcome, OutcomeKind, Severity, Verdict
from station.judge import Judgement
from station.people import Person
from station.store import open_store
from station.workflow import State
from tui.app import ReviewApp
from tui.screens.axis import Axis
from tui.screens.help import HelpScreen
from tui.screens.log import LogScreen
from tui.screens.modals import DecisionScreen, WaiverScreen
from tui.screens.palette import PaletteScreen
from tui.screens.queue import QueueScreen
from tui.screens.still import StillScreen
from tui.screens.submission import SubmissionScreen
from tui.screens.system import SystemScreen
from tui.widgets.frame import Frame
from tui.widgets.wave import Wave

DeskOf = Callable[[Person], Desk]


async def show(app: ReviewApp, pilot: Pilot[None], submission: str) -> SubmissionScreen:
    screen = SubmissionScreen(submission)
    await app.push_screen(screen)
    await until(pilot, lambda: screen.view is not None, "the submission is read")
    await pilot.pause()
    return screen


async def test_it_opens_on_the_first_lesson_at_the_worst_finding(opened: Open, ids: dict[str, str]) -> None:
    async with opened() as (app, pilot):
        screen = await show(app, pilot, ids["faulty"])
        assert screen.lesson is not None
        assert screen.lesson.ordinal == 1
        assert screen.finding is not None
        assert (screen.finding.check, screen.finding.severity) == ("black", Severity.FAULT)
        text = screen_text(app)
        for word in (
            "初检",
            "x 不合格",
            "12:34.2 - 12:36.6",
            "黑场",
            "实测 2.4 s",
            "限值 0.5 s",
            "第1课 x3 !1 i1",
            "第2课 +",
        ):
            assert word in text


async def test_stills_come_and_the_marks_follow_the_finding(opened: Open, ids: dict[str, str]) -> None:
    async with opened((160, 48)) as (app, pilot):
        screen = await show(app, pilot, ids["faulty"])
        await until(pilot, lambda: len(screen.evidence.pictures) == 3)
        frames = list(screen.query(Frame))
        assert [f.id for f in frames if f.display] == ["before", "at", "after"]
        await pilot.press("right_square_bracket")
        assert screen.finding is not None
        assert screen.finding.check == "freeze"
        await until(pilot, lambda: len(screen.evidence.pictures) == 3)
        marks = screen.query_one(Axis)._marks(screen.lesson)
        assert [m.sign for m in marks] == ["x", "x", "!", "x"]
        assert [m.current for m in marks] == [False, True, False, False]
        await until(pilot, lambda: screen.query_one(Wave)._lines, "the sound is drawn")


async def test_narrow_shows_one_picture_and_keys_choose_which(opened: Open, ids: dict[str, str]) -> None:
    async with opened() as (app, pilot):
        screen = await show(app, pilot, ids["faulty"])
        for key, name in (("1", "before"), ("3", "after"), ("2", "at")):
            await pilot.press(key)
            assert [f.id for f in screen.query(Frame) if f.display] == [name]


async def test_full_screen_zooms_to_where_it_was_found(opened: Open, ids: dict[str, str]) -> None:
    async with opened() as (app, pilot):
        screen = await show(app, pilot, ids["faulty"])
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: len(screen.evidence.pictures) == 3)
        await pilot.press("f")
        still = await until(pilot, lambda: isinstance(app.screen, StillScreen) and app.screen)
        frame = still.query_one(Frame)
        await until(pilot, lambda: frame._lines)
        await pilot.press("plus", "plus")
        assert frame.zoom == pytest.approx(2.25)
        assert frame.centre[0] > 0.7
        await pilot.press("left_square_bracket")
        assert screen.finding is not None
        assert screen.finding.check == "black"
        await pilot.press("escape")
        assert app.screen is screen


async def test_waive_with_a_reason_then_approve(opened: Open, ids: dict[str, str], desk: DeskOf) -> None:
    async with opened() as (app, pilot):
        screen = await show(app, pilot, ids["single"])
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, WaiverScreen))
        await until(pilot, lambda: app.focused and app.focused.id == "reason")
        await pilot.press(*"片头转场")
        await pilot.press("enter")
        await until(pilot, lambda: screen.finding and screen.finding.waiver)
        assert screen.view is not None
        assert screen.view.verdict is Verdict.PASS
        assert "豁免：shili" in screen_text(app)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, DecisionScreen))
        assert "已豁免 1 项" in screen_text(app)
        await pilot.press("y")
        await until(pilot, lambda: screen.view and screen.view.state is State.EXPERT_REVIEW)
        view = desk(OFFICE).submission(ids["single"])
        assert (view.state, view.lessons[0].findings[0].waiver.reason) == (State.EXPERT_REVIEW, "片头转场")


async def test_ending_a_waiver(opened: Open, ids: dict[str, str], desk: DeskOf) -> None:
    other = desk(OPERATOR)
    view = other.submission(ids["single"])
    other.waive(view.id, view.lessons[0].findings[0].id, "示例", seen=view.revision)
    async with opened() as (app, pilot):
        screen = await show(app, pilot, ids["single"])
        await pilot.press("u")
        await until(pilot, lambda: screen.finding and screen.finding.waiver is None)


async def test_what_the_machine_decides_can_not_be_waived_and_says_why(
    opened: Open, ids: dict[str, str], root: Path
) -> None:
    store = open_store(root / "station.db")
    hard = sample_finding("video-codec", Severity.FAULT, value="hevc", limit="h264")
    record(store, root, ids["single"], 1, outcome_of(hard))
    async with opened() as (app, pilot):
        await show(app, pilot, ids["single"])
        await pilot.press("w")
        assert any("不可豁免" in n.message for n in app._notifications)
        assert not isinstance(app.screen, WaiverScreen)


async def test_somebody_else_was_faster_nothing_is_overwritten(opened: Open, ids: dict[str, str], desk: DeskOf) -> None:
    async with opened() as (app, pilot):
        screen = await show(app, pilot, ids["single"])
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, WaiverScreen))
        other = desk(OPERATOR)
        view = other.submission(ids["single"])
        other.waive(view.id, view.lessons[0].findings[0].id, "别人的理由", seen=view.revision)
        await until(pilot, lambda: app.focused and app.focused.id == "reason")
        await pilot.press("x", "enter")
        await until(pilot, lambda: any(n.severity == "error" for n in app._notifications))
        await until(pilot, lambda: screen.finding and screen.finding.waiver)
        assert screen.finding.waiver.reason == "别人的理由"
        assert len([r for r in desk(OPERATOR).log(ids["single"]) if r.action == "waive"]) == 1


async def test_the_finding_stays_chosen_while_the_store_changes(
    opened: Open, ids: dict[str, str], desk: DeskOf
) -> None:
    async with opened() as (app, pilot):
        screen = await show(app, pilot, ids["faulty"])
        await pilot.press("right_square_bracket")
        other = desk(OPERATOR)
        view = other.submission(ids["faulty"])
        first = next(f for f in view.lessons[0].findings if f.check == "black")
        other.waive(view.id, first.id, "示例", seen=view.revision)
        await until(pilot, lambda: screen.view and screen.view.revision > view.revision)
        assert screen.finding is not None
        assert screen.finding.check == "freeze"
        assert "豁免" in screen_text(app)


async def test_all_checks_with_the_reason_for_what_was_not_measured(opened: Open, ids: dict[str, str]) -> None:
    async with opened() as (app, pilot):
        screen = await show(app, pilot, ids["faulty"])
        await pilot.press("o")
        rows = screen.rows()
        screen.table.move_to(next(i for i, r in enumerate(rows) if r.kind is OutcomeKind.OK))
        await until(pilot, lambda: "odd_sign 3  实测 25" in screen_text(app))
        screen.table.move_to(next(i for i, r in enumerate(rows) if r.check == "lip-sync"))
        await pilot.pause()
        text = screen_text(app)
        assert "? 无法测量" in text
        assert "本版本尚未实现此项检查" in text


async def test_papers_and_lessons_are_tabs(opened: Open, ids: dict[str, str]) -> None:
    async with opened() as (app, pilot):
        screen = await show(app, pilot, ids["faulty"])
        await pilot.press("left")
        assert screen.lesson is None
        assert not screen.query_one(Axis).display
        await pilot.press("right", "right")
        assert screen.lesson is not None
        assert screen.lesson.ordinal == 2
        await pilot.pause()
        assert "没有发现问题" in screen_text(app)


async def test_a_lesson_without_measurements_says_so(opened: Open, ids: dict[str, str]) -> None:
    async with opened() as (app, pilot):
        await show(app, pilot, ids["waiting"])
        await until(pilot, lambda: "还没有检测" in screen_text(app))


async def test_a_lost_overview_and_lost_stills_are_no_error(opened: Open, ids: dict[str, str], root: Path) -> None:
    for file in (root / "submissions" / ids["faulty"]).rglob("*"):
        if file.is_file():
            file.write_bytes(b"\x00broken")
    async with opened() as (app, pilot):
        screen = await show(app, pilot, ids["faulty"])
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert screen.evidence.pictures == {}
        assert "没有声音数据" in screen_text(app)


async def test_outside_text_is_never_markup_nor_a_control_sign(
    opened: Open, ids: dict[str, str], root: Path, desk: DeskOf
) -> None:
    store = open_store(root / "station.db")
    wild = "[/foo] [@click=app.quit]点我[/] [b]x\x1b]0;t\x07\u202ee\u0301 🎬"
    bad = Finding(
        "2.2.4",
        "[b]no-such-check",
        Severity.FAULT,
        True,
        "no.such.text",
        {"detail": wild},
        start=1.0,
        end=2.0,
        value=wild,
    )
    record(store, root, ids["hostile"], 1, Judgement((Outcome(bad.check, "2.2.4", OutcomeKind.FINDINGS, (bad,)),)))
    other = desk(OPERATOR)
    view = other.submission(ids["hostile"])
    other.waive(view.id, view.lessons[0].findings[0].id, wild, seen=view.revision)
    for size in ((80, 24), (160, 48)):
        async with opened(size) as (app, pilot):
            assert "[/foo] [@click" in screen_text(app)
            await show(app, pilot, ids["hostile"])
            for keys in ((), ("question_mark",), ("escape", "l"), ("escape", "o"), ("o", "r")):
                await pilot.press(*keys)
                await pilot.pause()
                text = screen_text(app)
                assert "\x1b" not in text
                assert "\u202e" not in text
                assert all(cell_len(line) == size[0] for line in text.split("\n"))
            assert app.return_code is None


async def test_help_tells_keys_and_the_clause(opened: Open, ids: dict[str, str]) -> None:
    async with opened((120, 60)) as (app, pilot):
        await show(app, pilot, ids["faulty"])
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.pause()
        text = screen_text(app)
        for word in ("通知原文", "2.2.4", "限值", "可豁免，需 1 人", "豁免选中的问题"):
            assert word in text
        await pilot.press("escape")
        assert isinstance(app.screen, SubmissionScreen)


async def test_the_palette_finds_by_first_letters_and_acts(opened: Open, ids: dict[str, str]) -> None:
    async with opened() as (app, pilot):
        await show(app, pilot, ids["faulty"])
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, PaletteScreen))
        await until(pilot, lambda: app.focused and app.focused.id == "find")
        await pilot.press(*"rz")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, LogScreen))


async def test_log_and_system_tell_what_is_there(opened: Open, ids: dict[str, str]) -> None:
    async with opened((120, 40)) as (app, pilot):
        await show(app, pilot, ids["returned"])
        await pilot.press("l")
        await until(pilot, lambda: "视频编码不符" in screen_text(app))
        await pilot.press("escape", "escape")
        assert isinstance(app.screen, QueueScreen)
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, SystemScreen))
        await until(pilot, lambda: "解码与测量" in screen_text(app))
        assert "42%" in screen_text(app)
        assert "等待或未收下的投件 4 个" in screen_text(app)


async def test_drops_that_were_not_taken_in_are_told_with_their_reasons(opened: Open) -> None:
    for size, language in (((80, 24), "zh"), ((160, 48), "en")):
        async with opened(size, language=language) as (app, pilot):
            await pilot.press("f4")
            await until(pilot, lambda app=app: isinstance(app.screen, SystemScreen) and app.screen._drops)
            await pilot.press("d", "end", "up")
            await until(pilot, lambda app=app: "refused/aside-1/" in screen_text(app))
            text = screen_text(app)
            words = ("等待拷贝完成", "未收", "重复", "与已登记的“示例课件.zip”内容完全相同（01SHILI）", "[/foo]")
            for word in words if language == "zh" else ("refused", "duplicate", "01SHILI", "[/foo]"):
                assert word in text, word
            assert all(cell_len(line) == size[0] for line in text.split("\n"))
            await pilot.press("d")
            await until(pilot, lambda app=app: "42%" in screen_text(app))


async def test_copying_the_command_line(opened: Open, ids: dict[str, str]) -> None:
    async with opened() as (app, pilot):
        screen = await show(app, pilot, ids["faulty"])
        await pilot.press("y")
        assert screen.finding is not None
        assert app.clipboard == f"station waive {ids['faulty']} {screen.finding.id} --reason …"


async def test_english_on_every_screen_fits(opened: Open, ids: dict[str, str]) -> None:
    for size in ((80, 24), (160, 48)):
        async with opened(size, language="en") as (app, pilot):
            await show(app, pilot, ids["faulty"])
            text = screen_text(app)
            assert "Black picture" in text
            assert all(cell_len(line) == size[0] for line in text.split("\n"))


async def test_a_submission_that_is_not_there_leads_back(opened: Open) -> None:
    async with opened() as (app, pilot):
        await app.push_screen(SubmissionScreen("01ZZZZZZZZZZZZZZZZZZZZZZZZ"))
        await until(pilot, lambda: isinstance(app.screen, QueueScreen))
        assert [n.severity for n in app._notifications] == ["error"]


async def test_leaving_before_the_answer_came_is_no_error(opened: Open, ids: dict[str, str]) -> None:
    async with opened() as (app, pilot):
        for _ in range(5):
            screen = SubmissionScreen(ids["faulty"])
            app.push_screen(screen)
            await until(pilot, lambda s=screen: s.is_current)
            refreshing = app.run_worker(app.refresh_screens())
            app.pop_screen()
            await refreshing.wait()
        await pilot.pause()
        assert isinstance(app.screen, QueueScreen)
        assert app.return_code is None


async def test_a_recused_expert_is_told_and_led_back(opened: Open, ids: dict[str, str]) -> None:
    expert = Person("shili-huibi", frozenset({"expert"}), "示例单位己")
    async with opened(person=expert) as (app, pilot):
        assert ids["single"] not in {row.id for row in app.screen.table.rows}
        await app.push_screen(SubmissionScreen(ids["single"]))
        await until(pilot, lambda: isinstance(app.screen, QueueScreen))
        assert [n.severity for n in app._notifications] == ["error"]


async def test_a_second_key_waits_for_the_first_one_to_end(opened: Open, ids: dict[str, str]) -> None:
    async with opened() as (app, pilot):
        screen = await show(app, pilot, ids["single"])
        screen.do_waive()
        screen.do_waive()
        await until(pilot, lambda: isinstance(app.screen, WaiverScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert screen.view is not None


async def test_a_resubmission_shows_what_is_fixed_still_there_and_new(
    opened: Open, ids: dict[str, str], root: Path
) -> None:
    store = open_store(root / "station.db")
    now = outcome_of(sample_finding("black", Severity.FAULT, 754.2, 2.4, value=2.4, limit=0.5, unit="s"),
                     sample_finding("flash", Severity.FAULT, 20.0), ok=("rendition",))  # fmt: skip
    second = add(
        store, root, "示例课程：人工智能与数字技术应用", "示例大学继续教育学院", 70, now, outcome_of(ok=("rendition",))
    )
    store.close()
    async with opened((120, 36)) as (app, pilot):
        screen = await show(app, pilot, second)
        text = screen_text(app)
        for word in ("较第 1 版：改正 3，仍有 1，新增 1", "已改正"):
            assert word in text
        rows = [row for row in screen.rows() if isinstance(row, FindingView)]
        changes = [row.change for row in rows]
        assert changes.count("fixed") == len(rows) - 2
        assert sorted(changes[:2]) == ["fresh", "still"]
        assert screen.finding is not None
        screen.table.move_to(len(rows) - 1)
        await pilot.pause()
        assert screen.finding is None, "what is gone can't be waived"
        assert "上一版的问题，已改正" in screen_text(app)
        await pilot.press("w")
        await pilot.pause()
        assert app.screen is screen
