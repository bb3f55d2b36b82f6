"""What people do with topics on their screen, but for the choice: each act is asked and restated first."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.text import clean
from station.topics.types import TopicRow, TopicState
from tui.screens.lists import ListScreen
from tui.widgets.table import VirtualTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from station.desk import Desk

LINES = 8
"""So many imports or submissions a question lists."""


def today() -> date:
    """Of the person at the keyboard."""
    return datetime.now().astimezone().date()


class TopicActs(ListScreen):
    """Import, first check, voting list, votes, links."""

    @property
    def table(self) -> VirtualTable[TopicRow]:
        """The topics."""
        return self.query_one("#topics", VirtualTable)

    def do_topic_accept(self) -> None:
        """The chosen topic passes the first check."""
        if (row := self.table.current) is not None:
            self.start(self._check(row, accept=True))

    def do_topic_reject(self) -> None:
        """It does not pass."""
        if (row := self.table.current) is not None:
            self.start(self._check(row, accept=False))

    async def _check(self, row: TopicRow, *, accept: bool) -> None:
        act = "topic-accept" if accept else "topic-reject"
        needed = not accept or row.problems > 0 or row.state is TopicState.REJECTED
        lines = f"{row.number}  {clean(row.title)}\n{clean(row.applicant_unit)}"
        if row.problems:
            lines += "\n" + self.words("tui.topics.odd", count=row.problems)
        if (reason := await self.ask(act, lines, row.number, reason=needed)) is None:
            return
        seen = {row.number: row.revision}
        await self.do_act(lambda desk: desk.topics.check([row.number], accept=accept, reason=reason, seen=seen), act)

    def do_topic_accept_all(self) -> None:
        """Every topic that waits without a problem."""
        self.start(self._accept_all())

    async def _accept_all(self) -> None:
        numbers = await self.station.desk.call(lambda desk: desk.topics.unproblematic())
        if not numbers:
            self.station.tell("topic.say.nothing", severity="warning")
            return
        if (
            await self.ask("topic-accept", self.words("tui.topics.all", count=len(numbers)), numbers[0], reason=False)
            is None
        ):
            return
        await self.do_act(lambda desk: desk.topics.check(numbers, accept=True), "topic-accept")

    def do_topic_import(self) -> None:
        """Forms from a file or folder."""
        self.start(self._import(replace=False))

    def do_topic_import_replace(self) -> None:
        """Corrected forms, which exchange what was said in topics that are not accepted."""
        self.start(self._import(replace=True))

    async def _import(self, *, replace: bool) -> None:
        if (path := await self._path("topic-import")) is None:
            return
        done = await self.station.desk.call(lambda desk: desk.topics.import_forms([path], today(), replace=replace))
        refused = [one.file for one in done if one.refused is not None]
        replaced = sum(len(one.replaced) for one in done)
        new, same = sum(len(one.new) for one in done), sum(len(one.same) + len(one.differing) for one in done)
        sums: dict[str, Any] = {
            "files": len(done),
            "new": new,
            "replaced": replaced,
            "same": same,
            "refused": len(refused),
        }
        self.station.tell("topic.say.imported", **sums)
        if refused:
            self.station.tell(
                "tui.topics.refused", severity="warning", files=", ".join(refused[:5]), count=len(refused)
            )
        await self.station.refresh_screens()

    def do_topic_ballot(self) -> None:
        """Write the voting list."""
        self.start(self._ballot())

    async def _ballot(self) -> None:
        if (path := await self._path("topic-ballot")) is None:
            return
        language = self.words.language
        made = await self.station.desk.call(lambda desk: desk.topics.voting_list(path, language))
        self.station.tell("topic.say.list", path=str(made.path), count=made.topics)

    def do_topic_votes(self) -> None:
        """Count what came back."""
        self.start(self._votes())

    async def _votes(self) -> None:
        if (path := await self._path("topic-votes")) is None:
            return
        made = await self.station.desk.call(lambda desk: desk.topics.count_votes(path))
        kind = self.words(f"topic.kind.{made.kind}")
        self.station.tell("topic.say.counted", id=made.id, kind=kind, votes=made.votes)
        await self.station.refresh_screens()

    async def _path(self, act: str) -> Path | None:
        answer = await self.ask(act, self.words(f"tui.topics.path.{act}"), reason=True, field="path")
        return None if answer is None else Path(answer).expanduser()

    async def ask(
        self, act: str, lines: str, number: int | None = None, *, reason: bool, field: str = ""
    ) -> str | None:
        """Restate an act and ask; None: it can't be done (which is told), or the person lets it be."""
        from tui.screens.topic_question import TopicQuestion  # noqa: PLC0415 - opened rarely

        if why_not := await self.station.desk.call(lambda desk: desk.topics.why_not(act, number)):
            self.station.tell(why_not[0], severity="warning", **self.station.readable(why_not[1]))
            return None
        answer: str | None = await self.app.push_screen_wait(
            TopicQuestion(self.station, act, lines, reason=reason, field=field)
        )
        return answer

    async def do_act(self, work: Callable[[Desk], object], act: str) -> None:
        """Do it, say so, read anew."""
        await self.station.desk.call(work)
        self.station.tell(f"tui.topics.done.{act}")
        await self.station.refresh_screens()

    def do_topic_uncheck(self) -> None:
        """The chosen topic waits for its first check again."""
        if (row := self.table.current) is not None:
            self.start(self._uncheck(row))

    async def _uncheck(self, row: TopicRow) -> None:
        lines = f"{row.number}  {clean(row.title)}\n{clean(row.applicant_unit)}"
        if await self.ask("topic-uncheck", lines, row.number, reason=False) is not None:
            seen = {row.number: row.revision}
            await self.do_act(lambda desk: desk.topics.uncheck([row.number], seen=seen), "topic-uncheck")

    def do_topic_unchoose(self) -> None:
        """The whole choice is taken back."""
        self.start(self._unchoose())

    async def _unchoose(self) -> None:
        reason = await self.ask("topic-unchoose", self.words("tui.topics.unchoose"), reason=True)
        if reason is not None:
            await self.do_act(lambda desk: desk.topics.unchoose(reason), "topic-unchoose")

    def do_topic_votes_back(self) -> None:
        """An import of votes no longer counts."""
        self.start(self._votes_back())

    async def _votes_back(self) -> None:
        imports = await self.station.desk.call(lambda desk: desk.topics.imports())
        standing = [one for one in imports if not one.ended_by][-LINES:]
        if not standing:
            self.station.tell("topic.say.no-imports", severity="warning")
            return
        listed = "\n".join(f"{one.id}  {clean(one.file)}  {clean(one.source)}  {one.votes}" for one in standing)
        wanted = await self.ask("topic-votes-back", listed, reason=True, field="import")
        if wanted is None:
            return
        chosen = next((one for one in standing if str(one.id) == wanted.strip()), None)
        if chosen is None:
            self.station.tell("topic.error.no-import", severity="warning", id=wanted)
            return
        reason = await self.ask("topic-votes-back", f"{chosen.id}  {clean(chosen.file)}", reason=True)
        if reason is not None:
            await self.do_act(lambda desk: desk.topics.take_back(chosen.id, reason), "topic-votes-back")

    def do_topic_link(self) -> None:
        """Say that a submission was made for the chosen topic."""
        if (row := self.table.current) is not None:
            self.start(self._link(row))

    def do_topic_unlink(self) -> None:
        """Say that a submission is existing courseware, made for no topic."""
        self.start(self._link(None))

    async def _link(self, row: TopicRow | None) -> None:
        number = None if row is None else row.number
        links = await self.station.desk.call(lambda desk: desk.topics.links_page(limit=200))
        found = [one for one in links.rows if (one.number is None) == (row is not None)][:LINES]
        head = self.words("topic.kind.existing") if row is None else f"{row.number}  {clean(row.title)}"
        listed = "\n".join(f"{one.submission_id[-8:]}  {one.number or ''}  {clean(one.title)}" for one in found)
        wanted = await self.ask("topic-link", f"{head}\n\n{listed}", number, reason=True, field="submission")
        if wanted is None:
            return
        view = await self.station.desk.call(lambda desk: desk.submission(wanted.strip()))
        reason = await self.ask("topic-link", f"{clean(view.title)}  {view.id}\n-> {head}", number, reason=True)
        if reason is not None:
            await self.do_act(lambda desk: desk.topics.link(view.id, number, reason), "topic-link")
