"""The experts, played: assignment and 回避, the gate before the scores, stops, spread, a review reopened; the decisions."""

import statistics
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from tests.journeys.round_plan import BY_KEY, EXPERTS_AT_WORK, MEANT, PEOPLE, SLIP, WORKS, assigned_to, barred
from tests.journeys.round_played import Played, tables_of, text_of
from tests.journeys.round_triage import day_of, log_of, said

RUBRIC = tomllib.loads(files("station.profiles").joinpath("rubric-2022.toml").read_text(encoding="utf-8"))
LINES = {line["id"]: float(line["maximum"]) for line in RUBRIC["line"]}
GATE = [point["id"] for point in RUBRIC["gate"]]
UPHELD, LIFTED, SPREAD = "w05", "w06", "w07"
NO_POINT, NO_REASON = "territory", "示例：第1课时地图须核实"
TIMED = ((1, 1.0, "示例批注：术语"), (1, 4.4, "示例批注：图示"))
DECIDED = {"w00": "示例：同意", "w10": "示例：选题与目录重复，请调整"}
"""Reasons of the office and of the coordination group."""


def points(total: float) -> dict[str, float]:
    """Points by line that make `total`: half a point off line after line."""
    left, given = round((sum(LINES.values()) - total) * 2), dict(LINES)
    names = list(LINES)
    for step in range(left):
        given[names[step % len(names)]] -= 0.5
    assert sum(given.values()) == total
    return given


def form(
    played: Played,
    key: str,
    account: str,
    scores: dict[str, float],
    *,
    no: str = "",
    gate: tuple[str, ...] = tuple(GATE),
) -> Path:
    """An expert's form as a file: gate, scores, notes, notes at places."""
    lines = [f'notes = "{played.notes.setdefault((key, account), f"示例意见：{key} {account}")}"']
    for point in gate:
        lines += [
            f"[gate.{point}]",
            f"pass = {str(point != no).lower()}",
            f'reason = "{NO_REASON if point == no else ""}"',
        ]
    lines += ["[scores]", *(f"{name} = {value}" for name, value in scores.items())]
    for lesson, at, text in TIMED:
        lines += ["[[timed]]", f"lesson = {lesson}", f"at = {at}", f'text = "{text}"']
    path = played.folder / f"{key}-{account}.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def review(played: Played, key: str, account: str, total: float) -> None:
    """A whole review: gate, scores, attestation, sealed."""
    scores = points(total)
    said_ = played.does(
        account, "score", played.ids[key], "--form", form(played, key, account, scores), "--submit", "--yes"
    )
    assert RUBRIC["attestation"]["zh"] in said_
    assert f"{total:g}" in said_
    played.scores[key, account] = scores
    played.sealed.setdefault(key, []).append(account)
    played.refused(account, "score", played.ids[key], "--form", played.folder / f"{key}-{account}.toml")


def experts_are_assigned(played: Played) -> None:
    """Automatically, one work after the other: whom the plan expects; nobody who has to stand aside, by hand either."""
    works = [work for work in WORKS if work.key != "w03"]
    played.refused("x01", "assign", played.ids["w00"], "--auto")
    expected = assigned_to(works)
    for work in works:
        listed = played.told("of1", "assign", played.ids[work.key])["candidates"]
        aside = {one["account"] for one in listed if one["why_not"]}
        assert aside == {account for account in EXPERTS_AT_WORK if barred(account, work)}, work.key
        for account in sorted(aside)[:1]:
            played.refused("of1", "assign", played.ids[work.key], account)
        held = played.told("of1", "assign", played.ids[work.key], "--auto")["panel"]["experts"]
        assert [one["account"] for one in held] == expected[work.key], work.key
        played.panels[work.key] = expected[work.key]
    _one_stands_aside(played, "w10")
    _one_is_relieved(played, "w11")
    for account in ("x01", "own", "both"):
        mine = {row["id"] for row in played.told(account, "show", "--mine")["submissions"]}
        expert_of = {played.ids[key] for key, held in played.panels.items() if account in held}
        assert mine == expert_of, account


def _one_stands_aside(played: Played, key: str) -> None:
    """An expert declares a conflict: the work is closed to them from then on, and the next one is assigned."""
    id_, account = played.ids[key], played.panels[key][2]
    played.does(account, "show", id_)
    played.refused(account, "panel", id_, "--recuse", code=2)
    played.does(account, "panel", id_, "--recuse", "--reason", "示例：曾合作")
    played.refused(account, "show", id_)
    assert played.told(account, "search", BY_KEY[key].title)["hits"] == []
    played.refused("of1", "assign", id_, account)
    free = [a for a in EXPERTS_AT_WORK if not barred(a, BY_KEY[key]) and a not in played.panels[key]]
    played.panels[key].remove(account)
    load = {a: sum(a in held for held in played.panels.values()) for a in free}
    best = min(free, key=lambda a: (BY_KEY[key].area not in PEOPLE[a].get("areas", ()), load[a], a))
    held = played.told("of1", "assign", id_, "--auto")["panel"]["experts"]
    played.panels[key].append(best)
    assert [one["account"] for one in held] == played.panels[key]


def _one_is_relieved(played: Played, key: str) -> None:
    """By hand: one is relieved with a reason, another assigned by name."""
    id_, account = played.ids[key], played.panels[key][0]
    other = next(a for a in EXPERTS_AT_WORK if a not in played.panels[key] and not barred(a, BY_KEY[key]))
    played.refused("of1", "assign", id_, account, "--end", code=2)
    played.does("of1", "assign", id_, account, "--end", "--reason", "示例：出差")
    played.refused(account, "show", id_)
    held = played.told("of1", "assign", id_, other)["panel"]["experts"]
    played.panels[key] = [*played.panels[key][1:], other]
    assert [(one["account"], one["how"]) for one in held][-1] == (other, "hand")
    assert [one["account"] for one in held] == played.panels[key]


def the_gate_comes_first(played: Played) -> None:
    """One expert step by step: no scores before the whole gate, a signed gate stays, nobody else is seen before the seal."""
    id_, (first, second, third) = played.ids["w00"], played.panels["w00"]
    totals = BY_KEY["w00"].totals
    assert BY_KEY["w00"].title in played.does(first, "score", id_, "--template")
    played.refused(first, "score", id_, "--form", form(played, "w00", first, points(90), gate=tuple(GATE[:2])), code=2)
    played.does(first, "score", id_, "--form", form(played, "w00", first, {}, gate=tuple(GATE[:2])))
    played.refused(first, "panel", id_, "--sign", code=2)
    played.does(first, "score", id_, "--form", form(played, "w00", first, {}))
    played.does(first, "panel", id_, "--sign")
    played.refused(first, "score", id_, "--form", form(played, "w00", first, {}, no=NO_POINT))
    played.refused(first, "score", id_, "--form", form(played, "w00", first, {}), "--submit", "--yes", code=2)
    review(played, "w00", first, totals[0])
    assert [one["account"] for one in played.told(second, "panel", id_)["panel"]["experts"]] == [second]
    assert played.told(second, "show", id_)["submission"]["reviews"] == []
    notes = played.notes["w00", first]
    assert played.told(second, "search", notes)["hits"] == []
    assert played.told("of1", "search", notes)["hits"]
    played.refused("of1", "panel", id_, "--approve")
    played.refused("of1", "opinion", id_, "--out", played.out / "早.docx")
    review(played, "w00", second, totals[1])
    assert len(played.told(second, "show", id_)["submission"]["reviews"]) == 2
    review(played, "w00", third, totals[2])


def two_gates_stop(played: Played) -> None:
    """A no stops everybody's scores; a second person, then a decision by a third: one is upheld, one is lifted."""
    for key, second, decision in ((UPHELD, "yes", "uphold"), (LIFTED, "no", "lift")):
        id_, (first, other, _) = played.ids[key], played.panels[key]
        played.does(first, "score", id_, "--form", form(played, key, first, {}, no=NO_POINT))
        (stop,) = played.told(first, "panel", id_, "--sign")["panel"]["stops"]
        assert stop["points"] == {NO_POINT: NO_REASON}
        played.refused(other, "score", id_, "--form", form(played, key, other, points(88)))
        assert played.told(other, "panel", id_)["panel"]["stops"] == [], "not before the own gate is signed"
        word = ("--stop", stop["id"], "--reason", f"示例：复核 {decision}")
        played.refused("of2", "panel", id_, "--decide", decision, *word)
        played.refused(first, "panel", id_, "--second", second, *word)
        played.does("of3", "panel", id_, "--second", second, *word)
        played.refused("of3", "panel", id_, "--decide", decision, *word)
        (now,) = played.told("of2", "panel", id_, "--decide", decision, *word)["panel"]["stops"]
        assert (now["second_person"], now["second_agrees"], now["decided_by"]) == ("of3", second == "yes", "of2")
        assert now["decision"] == {"uphold": "upheld", "lift": "lifted"}[decision]
    id_ = played.ids[UPHELD]
    played.refused(played.panels[UPHELD][1], "score", id_, "--form", form(played, UPHELD, "x", points(88)))
    played.refused("of1", "approve", id_, "--yes")
    played.does("of1", "return", id_, "--reason", "示例：政治关未通过，须核实地图", "--yes")
    text = text_of(played.file("op1", "letter", id_, to="政治关-退回.docx"))
    assert "示例：政治关未通过，须核实地图" in text
    assert "技术检测没有未处理的问题" in text


def everybody_scores(played: Played) -> None:
    """The rest of the reviews; a large spread asks for a further expert; a slip of the pen is reopened."""
    for work in WORKS:
        if work.key in played.panels and work.key not in {"w00", UPHELD}:
            for account, total in zip(played.panels[work.key], work.totals, strict=False):
                if (work.key, account) == (LIFTED, played.panels[LIFTED][0]):
                    _after_the_stop(played, account, total)
                else:
                    review(played, work.key, account, total)
    _spread(played)
    _slip(played)
    for key, held in played.panels.items():
        if key == UPHELD:
            continue
        totals = [sum(played.scores[key, account].values()) for account in held]
        panel = played.told("of1", "panel", played.ids[key])["panel"]
        assert (panel["submitted"], panel["settled"]) == (len(held), True), key
        assert panel["mean"] == pytest.approx(statistics.fmean(totals))
        assert panel["spread"] == max(totals) - min(totals)
        assert {one["account"]: one["total"] for one in panel["experts"]} == dict(zip(held, totals, strict=True))
        for one in panel["experts"]:
            assert (one["bias"], one["reviews"]) == (pytest.approx(_bias(played, one["account"])[0]), _bias(played, one["account"])[1])  # fmt: skip


def _after_the_stop(played: Played, account: str, total: float) -> None:
    """Who said no keeps that answer, which was lifted, and scores."""
    scores = points(total)
    path = form(played, LIFTED, account, scores, no=NO_POINT)
    played.does(account, "score", played.ids[LIFTED], "--form", path, "--submit", "--yes")
    played.scores[LIFTED, account] = scores
    played.sealed.setdefault(LIFTED, []).append(account)


def _bias(played: Played, account: str) -> tuple[float, int]:
    """Mean of what an expert's totals lie over the works' means, and over how many."""
    over = []
    for (key, person), own in played.scores.items():
        if person == account:
            totals = [sum(scores.values()) for (other, _), scores in played.scores.items() if other == key]
            over.append(sum(own.values()) - statistics.fmean(totals))
    return statistics.fmean(over), len(over)


def _spread(played: Played) -> None:
    id_ = played.ids[SPREAD]
    panel = played.told("of1", "panel", id_)["panel"]
    assert (panel["spread"], panel["limit"], panel["settled"]) == (25.0, 15.0, False)
    played.refused("of1", "approve", id_, "--yes")
    held = played.told("of1", "assign", id_, "--auto")["panel"]["experts"]
    (further,) = [one for one in held if one["how"] == "further"]
    assert further["account"] not in played.panels[SPREAD]
    assert not barred(further["account"], BY_KEY[SPREAD])
    played.refused("of1", "approve", id_, "--yes")
    review(played, SPREAD, further["account"], BY_KEY[SPREAD].totals[3])
    played.panels[SPREAD].append(further["account"])


def _slip(played: Played) -> None:
    id_, account = played.ids[SLIP], played.panels[SLIP][2]
    played.refused("of1", "approve", id_, "--yes")
    played.refused(account, "reopen", id_, account, "--reason", "示例")
    played.refused("of1", "reopen", id_, account, code=2)
    kept = played.told("of1", "reopen", id_, account, "--reason", "示例：笔误")["panel"]["kept"]
    assert [(one["person"], one["total"], one["reason"], one["reopened_by"]) for one in kept] == [
        (account, BY_KEY[SLIP].totals[2], "示例：笔误", "of1")
    ]
    assert kept[0]["scores"] == played.scores[SLIP, account]
    played.sealed[SLIP].remove(account)
    review(played, SLIP, account, MEANT)


def decisions_are_taken(played: Played) -> None:
    """Experts' result and office audit by two people of the office, in batches; the coordination group decides, one is returned."""
    keys = [key for key in played.panels if key != UPHELD]
    ids = [played.ids[key] for key in keys]
    waiting = played.told("of1", "panel", "--waiting")["waiting"]
    assert {row["id"]: row["mean"] for row in waiting} == {
        played.ids[key]: pytest.approx(
            statistics.fmean(sum(played.scores[key, a].values()) for a in played.panels[key])
        )
        for key in keys
    }
    assert {row["id"] for row in waiting if not row["proposed"]} == {played.ids["w11"]}
    for person, state in (("of1", "office-audit"), ("of2", "group-decision")):
        done = played.told(person, "panel", *ids, "--approve", "--reason", DECIDED["w00"])["decided"]
        assert {one["id"]: one["state"] for one in done} == dict.fromkeys(ids, state)
        played.refused("of1", "approve", ids[0], "--yes")
        played.refused("boss1" if state == "office-audit" else "of2", "approve", ids[0], "--yes")
    assert {row["id"] for row in played.told("boss1", "panel", "--waiting")["waiting"]} == set(ids)
    first, second = ids[:5], [id_ for id_ in ids[5:] if id_ != played.ids["w10"]]
    for person, batch in (("boss1", first), ("boss2", second)):
        done = played.told(person, "panel", *batch, "--approve", "--reason", DECIDED["w00"])["decided"]
        assert {one["id"]: one["state"] for one in done} == dict.fromkeys(batch, "catalogued")
    played.refused("boss2", "panel", played.ids["w10"], "--return")  # without a reason
    back = played.told("boss2", "panel", played.ids["w10"], "--return", "--reason", DECIDED["w10"])["decided"]
    assert [one["state"] for one in back] == ["returned"]
    played.refused("boss1", "undo", first[0])


def opinions_are_right(played: Played) -> None:
    """Every 评审意见表, opened: the experts by number in the order in which they sealed, points, means, notes, decisions."""
    for key, held in played.sealed.items():
        path = played.file("of2", "opinion", played.ids[key], to=f"{key}-意见.docx")
        about, gate, scores, signs = tables_of(path)
        work, names = BY_KEY[key], [f"专家{number}" for number in range(1, len(held) + 1)]
        assert [row[1] for row in about] == [
            work.title, work.unit, work.recommender, work.topic["lecturer"], f"{len(work.lessons)}",
            f"{played.ids[key]} / {2 if f'{key}-1' in played.ids and played.ids[key] != played.ids[f'{key}-1'] else 1}",
        ]  # fmt: skip
        assert gate[0][2:] == scores[0][3:-1] == names
        noes = [(row[1], place) for row in gate[1:] for place, cell in enumerate(row[2:]) if cell == "不通过"]
        assert len(noes) == (key == LIFTED)
        given = [played.scores[key, account] for account in held]
        for row, (line, maximum) in zip(scores[1:-1], LINES.items(), strict=True):
            values = [one[line] for one in given]
            assert row[2:] == [f"{maximum:g}", *(f"{value:g}" for value in values), f"{statistics.fmean(values):.2f}"]
        totals = [sum(one.values()) for one in given]
        assert scores[-1][2:] == ["100", *(f"{total:g}" for total in totals), f"{statistics.fmean(totals):.2f}"]
        text = text_of(path)
        for account, name in zip(held, names, strict=True):
            assert f"{name}：{played.notes[key, account]}" in text
            assert account not in text.replace(played.notes[key, account], "")
        assert text.count("示例批注：图示") == len(held)
        assert "00:00:04.10" in text
        _decided(played, key, signs, text)


def _decided(played: Played, key: str, signs: list[list[str]], text: str) -> None:
    log = log_of(played, key)
    group = next(row for row in reversed(log) if row["before"].get("state") == "group-decision")
    assert said(day_of(group["at"])) in signs[1][1]
    assert DECIDED.get(key, DECIDED["w00"]) in signs[1][1]
    assert ("退回" if key == "w10" else "同意") in signs[1][1]
    assert DECIDED["w00"] in signs[0][1]
    totals = [sum(played.scores[key, account].values()) for account in played.sealed[key]]
    for number in (statistics.fmean(totals), statistics.pstdev(totals)):
        assert f"{number:.2f}" in text
    assert f"{max(totals) - min(totals):g}" in text
