"""Steps of the procedure, for any screen with a chosen submission: look at the consequence, restate it, then do it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui.actions import find_action
from tui.screens.lists import ListScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from station.desk import Desk
    from station.desk.views import Consequence, SubmissionView


class DecidingScreen(ListScreen):
    """Approve, return, withdraw, remeasure, accept, publish: all go the same way."""

    def chosen(self) -> str | None:
        """Id of the submission that a step would touch."""
        return None

    def do_approve(self) -> None:
        """Approve this stage."""
        self.step("approve")

    def do_return(self) -> None:
        """Return for correction."""
        self.step("return")

    def do_withdraw(self) -> None:
        """Withdraw."""
        self.step("withdraw")

    def do_remeasure(self) -> None:
        """Measure again."""
        self.step("remeasure")

    def do_accept(self) -> None:
        """Accept: the papers are complete."""
        self.step("accept")

    def do_publish(self) -> None:
        """Publish."""
        self.step("publish")

    def do_undo(self) -> None:
        """Take back one's own last step."""
        self.step("undo")

    def do_hand_over(self) -> None:
        """Give it to another operator."""
        if (submission := self.chosen()) is not None:
            self.start(self._hand_over(submission))

    async def _hand_over(self, submission: str) -> None:
        from tui.screens.modals import HandOverScreen  # noqa: PLC0415 - opened rarely

        view, why_not = await self.station.desk.call(
            lambda desk: (desk.submission(submission), desk.why_not(submission, "hand-over"))
        )
        if why_not is not None:
            self.station.tell(why_not[0], severity="warning", **self.station.readable(why_not[1]))
            return
        to = await self.app.push_screen_wait(HandOverScreen(self.station, view))
        if to is not None:
            await self.act_on_desk(
                lambda desk: desk.hand_over(submission, to, seen=view.revision), "tui.done.hand-over"
            )

    def do_add_papers(self) -> None:
        """Papers that were missing or wrong."""
        if (submission := self.chosen()) is not None:
            self.start(self._add_papers(submission))

    async def _add_papers(self, submission: str) -> None:
        from tui.screens.asking import AskScreen  # noqa: PLC0415 - opened rarely

        words = self.words
        view, why_not = await self.station.desk.call(
            lambda desk: (desk.submission(submission), desk.why_not(submission, "add-papers"))
        )
        if why_not is not None:
            self.station.tell(why_not[0], severity="warning", **self.station.readable(why_not[1]))
            return
        question = AskScreen(self.station, words("tui.modal.add-papers"), words("tui.action.add-papers.help"))
        path = await self.app.push_screen_wait(question)
        if path:
            files = [Path(path.strip()).expanduser()]
            await self.act_on_desk(
                lambda desk: desk.add_papers(submission, files, seen=view.revision), "tui.done.add-papers"
            )

    def step(self, action: str) -> None:
        """Ask the desk what the step would do, restate it, and do it when the person confirms."""
        if (submission := self.chosen()) is not None:
            self.start(self._step(submission, action))

    async def _step(self, submission: str, action: str) -> None:
        from tui.screens.modals import DecisionScreen  # noqa: PLC0415 - opened rarely

        def ask(desk: Desk) -> tuple[SubmissionView, Consequence]:
            return desk.submission(submission), desk.consequence(submission, action)

        view, consequence = await self.station.desk.call(ask)
        if not consequence.allowed:
            message, params = consequence.why_not or ("tui.why.state", {"state": str(view.state)})
            self.station.tell(message, severity="warning", **self.station.readable(params))
            return
        reason = await self.app.push_screen_wait(DecisionScreen(self.station, view, consequence))
        if reason is None:
            return

        def act(desk: Desk) -> int:
            if action == "undo":
                return desk.undo(submission, seen=view.revision)
            return desk.move(submission, action, seen=view.revision, reason=reason)

        await self.act_on_desk(act, f"tui.done.{action}")

    async def act_on_desk(self, work: Callable[[Desk], object], done: str) -> None:
        """Do something on the desk, say so, and read anew."""
        await self.station.desk.call(work)
        self.station.tell(done)
        await self.station.refresh_screens()

    def do_log(self) -> None:
        """Everything that was done to the submission."""
        from tui.screens.log import LogScreen  # noqa: PLC0415 - opened rarely

        if (submission := self.chosen()) is not None:
            self.app.push_screen(LogScreen(submission))

    def do_panel(self) -> None:
        """The submission's experts."""
        from tui.screens.panel import PanelScreen  # noqa: PLC0415 - opened rarely

        if (submission := self.chosen()) is not None:
            self.app.push_screen(PanelScreen(submission))

    def do_score(self) -> None:
        """The expert's form."""
        from tui.screens.score import ScoreScreen  # noqa: PLC0415 - opened rarely

        if (submission := self.chosen()) is not None:
            self.app.push_screen(ScoreScreen(submission))

    def command(self) -> str:
        """The command line that does the same as the chosen row would."""
        template = find_action("open").command or ""
        return template.format(id=self.chosen())

    def do_copy_command(self) -> None:
        """To the clipboard of the person's own terminal (OSC 52), and on the screen."""
        text = self.command()
        self.app.copy_to_clipboard(text)
        self.station.tell("tui.app.copied", text=text)
