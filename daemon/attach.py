"""A drop of papers alone is added to the submission that waits for them, where it says which one."""

import re
from pathlib import Path

from daemon.errors import Refused
from daemon.places import Places
from daemon.survey import Survey
from station.config import Config
from station.desk.supplementing import said_by
from station.desk.topic_links import judge_again
from station.papers import codec
from station.profile import default_profile, load_profile
from station.store import audit, drops, submissions
from station.store.connection import Store
from station.store.drops import Drop
from station.workflow import JUDGEMENTS, MACHINE

NO_VIDEO = "intake.refused.no-video"
WAITING = next(judgement.states for judgement in JUDGEMENTS if judgement.action == "add-papers")
"""States in which papers are added."""
NUMBER = re.compile(rf"[0-9A-Z]{{{submissions.ID_LENGTH}}}")


def target_of(store: Store, drop: Drop, found: Survey) -> str | None:
    """Id of the submission that a drop without video is for: whose number stands in its name, else whose title and applicant
    unit its form has. None where there is no paper, no such submission before the experts, or more than one."""
    papers = found.papers
    if found.lessons or not (papers.form or papers.quizzes or papers.letter or papers.outline):
        return None
    ids = {number for number in NUMBER.findall(drop.name.upper()) if _waits(store, number)}
    if not ids and papers.form:
        named = (submissions.newest_of(store, one.applicant_unit, one.title) for one in papers.form.topics)
        ids = {id_ for id_ in named if id_ is not None and _waits(store, id_)}
    return ids.pop() if len(ids) == 1 else None


def _waits(store: Store, submission_id: str) -> bool:
    row = submissions.header(store, submission_id)
    return row is not None and row["state"] in WAITING


def kept(places: Places, drop: Drop) -> Path | None:
    """Where the drop lies already, if the program was killed after it had been moved to its submission."""
    return next(places.submission("").glob(f"*/added/{drop.id}"), None)


def attach(store: Store, places: Places, config: Config, drop: Drop, found: Survey) -> str:
    """Put the papers in place of those held, move the drop to its submission and close it; the submission's id. Raises Refused
    where that does not wait for papers any more, OSError."""
    there = kept(places, drop)
    target = there.parent.parent.name if there else target_of(store, drop, found)
    with store.transaction():
        row = submissions.header(store, target) if target else None
        if target is None or row is None or row["state"] not in WAITING:
            if there is not None:
                there.rename(places.taking(drop.id))
            raise Refused(NO_VIDEO).of(found.digest)
        audit.compare(store, target)
        _supplement(store, config, row, drop, found)
        drops.set_registered(store, drop.id, submission_id=target, digest=found.digest)
        home = places.submission(target) / "added" / drop.id
        if there is None:
            home.parent.mkdir(parents=True, exist_ok=True)
            places.taking(drop.id).rename(home)
    return target


def _supplement(store: Store, config: Config, row: dict[str, object], drop: Drop, found: Survey) -> None:
    from station.papers.read import supplemented  # noqa: PLC0415 - office readers load only where papers came

    id_ = str(row["id"])
    profile = load_profile(config.profile_path) if config.profile_path else default_profile()
    papers = supplemented(codec.from_json(str(row["papers"])), found.papers)
    said = said_by(found.papers, str(row["title"]))
    judge_again(store, profile, row | said | {"papers": codec.to_json(papers)})
    before = {name: row[name] for name in said if row[name] != said[name]}
    submissions.supplement(store, id_, papers, said)
    audit.append(
        store, person=MACHINE, role=MACHINE, origin="", action="add-papers", submission_id=id_, object=f"drop:{drop.id}",
        before=before, after={name: said[name] for name in before} | {"drop": drop.name, "digest": found.digest},
    )  # fmt: skip
