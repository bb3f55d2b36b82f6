"""Advertising (1.4): QR codes, telephone numbers, web addresses, accounts and inviting phrases, on the screen or spoken.

One sign alone is a note: a lecture may name its sources or speak of scanning codes. Signs weigh, and where those that stand
together weigh enough a person must look. What the words are is data in the profile; how a number or an address looks is here.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from station.checks import check
from station.checks._common import at_seconds, concluded, finding, not_measurable
from station.checks._words import Corpus, Passage, passages, unread
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.folding import fold
from station.profile import CheckSpec, Limits
from station.readings import Code, Codes, Unread
from station.terms import compiled, find

MOBILE = r"(?:\+?86[ -]?)?(?!\d*0{6})1[3-9]\d(?:[ -]?\d{4}){2}"
"""Mobile numbers of the national numbering plan (电信网编号计划): 11 digits; round ones are amounts."""
CHARGED = r"[48]00[ -]?\d{3}[ -]?\d{4}|[48]00[ -]?\d{4}[ -]?\d{3}"
"""Numbers that firms rent: 400 and 800 with seven digits."""
LANDLINE = r"(?:0\d{2,3}[ -]|\(0\d{2,3}\)[ -]?)[2-8]\d{2,3}[ -]?\d{4}"
"""Area code, then seven or eight digits."""
HOST = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}"
BARE = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|cn|top|shop|vip|xyz)"
"""Addresses without http or www are told by the endings that no program module has."""
PATH = r"(?:[/?#:][a-z0-9_./?#%&=:~+-]*)?"
WEB = re.compile(rf"(?:https?://|(?<![a-z0-9@.])www\.){HOST}{PATH}|(?<![a-z0-9@._/-]){BARE}(?![a-z0-9.@-]){PATH}")
PHONES = (
    ("mobile", re.compile(rf"(?<![\d.-]){MOBILE}(?![\d.])")),
    ("charged", re.compile(rf"(?<![\d.-])(?:{CHARGED})(?![\d.])")),
    ("landline", re.compile(rf"(?<![\d.-]){LANDLINE}(?![\d.])")),
)
ACCOUNT = re.compile(
    r"(?:微信号?|微信id|wechat|weixin|(?<![a-z])[vw]x|公众号|抖音号?|快手号?|qq群?号?)[:\s是为]{1,2}([a-z][a-z0-9_-]{5,19}|[1-9]\d{4,10})(?![a-z0-9])"
)
DIGITS = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
"""Digits as a recogniser may write them."""
STANDING_S = 300.0
"""What stands longer than this is a mark of its own (a logo, a corner text) and gives passing signs no weight."""
SPREAD_S = 120.0
"""Signs that stand together begin within so many seconds of each other."""
WEIGHTS = {"code": 2, "mobile": 2, "charged": 2, "landline": 1, "account": 2, "shop": 2, "web": 1, "phrase": 1}
"""Every other kind weighs nothing: bar codes, addresses of public bodies."""
HEAVY = 2
"""Signs that together weigh so much need a person."""
MESSAGES = {
    "code": "code", "bar": "bar", "mobile": "phone", "charged": "phone", "landline": "phone", "account": "account",
    "shop": "web", "web": "web", "source": "source", "phrase": "phrase",
}  # fmt: skip
MOST_SHOWN, LONGEST = 6, 60
"""Signs named in one message, and characters of each."""


@dataclass(frozen=True)
class Sign:
    """Something that may belong to an advertisement."""

    start: float
    end: float
    """Seconds."""
    kind: str
    """A key of MESSAGES."""
    text: str
    family: str
    """Signs of one family together weigh no more than one of them."""

    @property
    def weight(self) -> int:
        """How much it speaks for an advertisement."""
        return WEIGHTS.get(self.kind, 0)


@check("advert")
def advert(subject: Subject, spec: CheckSpec) -> Outcome:
    """Signs of advertising, those that stand together as one finding."""
    readings = subject.readings
    if (lacking := unread(readings)) is not None and isinstance(readings.codes, Unread):
        return not_measurable(spec, lacking.reason, **lacking.params)
    codes = readings.codes.codes if isinstance(readings.codes, Codes) else ()
    signs = [*_codes(codes, spec.limits), *_spoken_and_shown(passages(readings), spec.limits)]
    stretches = _stretches(signs, spec.limits["join_s"])
    found = [_told(subject, spec, cluster) for cluster in _clusters(stretches, spec.limits["together_s"])]
    return concluded(spec, found, signs=len(stretches))


def _codes(codes: Iterable[Code], limits: Limits) -> Iterator[Sign]:
    for code in codes:
        if code.kind != "qr":
            kind = "bar"
        else:
            kind = "source" if _web_kind(fold(code.text).text, limits) == "source" else "code"
        yield Sign(code.start, code.end, kind, code.text, kind)


def _spoken_and_shown(found: Sequence[Passage], limits: Limits) -> Iterator[Sign]:
    corpus = Corpus(list(found))
    for kind, start, end, family in (*_numbers(corpus.text, limits), *_phrases(corpus, limits)):
        passage = corpus.place(start)
        yield Sign(passage.start, passage.end, kind, corpus.text[start:end], family)


def _numbers(text: str, limits: Limits) -> Iterator[tuple[str, int, int, str]]:
    """(kind, start, end, family) of everything that has a form of its own."""
    for kind, pattern in PHONES:
        for match in pattern.finditer(text.translate(DIGITS)):
            yield kind, *match.span(), "phone"
    for match in WEB.finditer(text):
        kind = _web_kind(match[0], limits)
        if kind:
            yield kind, *match.span(), "web"
    for match in ACCOUNT.finditer(text):
        yield "account", *match.span(), "account"


def _web_kind(address: str, limits: Limits) -> str:
    """`source`, `shop` or `web`; empty for an address that only stands as an example, or for what is no address."""
    match = re.search(HOST, address)
    if match is None:
        return ""
    host = match[0]
    for kind, name in (("", "example_hosts"), ("source", "source_hosts"), ("shop", "shop_hosts")):
        if any(host == known or host.endswith(f".{known}") for known in limits[name]):
            return kind
    return "web"


def _phrases(corpus: Corpus, limits: Limits) -> Iterator[tuple[str, int, int, str]]:
    """Inviting phrases, but not where the same passage warns of them."""
    for family in ("scan", "add", "follow", "buy", "enrol"):
        for hit in find(compiled(limits[family]), corpus.text):
            around = fold(corpus.place(hit.start).text).text
            if not any(word in around for word in limits["harmless"]):
                yield "phrase", hit.start, hit.end, family


def _stretches(signs: Iterable[Sign], join: float) -> list[Sign]:
    """One sign for all that show the same thing with at most `join` seconds between."""
    made: list[Sign] = []
    ordered = sorted(signs, key=lambda sign: (sign.kind, sign.text, sign.start))
    for _, alike in groupby(ordered, key=lambda sign: (sign.kind, sign.text)):
        for sign in alike:
            last = made[-1] if made else None
            if last and (last.kind, last.text) == (sign.kind, sign.text) and sign.start - last.end <= join:
                made[-1] = replace(last, end=max(last.end, sign.end))
            else:
                made.append(sign)
    return made


def _clusters(signs: Sequence[Sign], together: float) -> Iterator[list[Sign]]:
    """Signs that stand within `together` seconds of each other; standing marks and passing signs apart."""
    for standing in (True, False):
        cluster: list[Sign] = []
        for sign in sorted(signs, key=lambda one: (one.start, one.kind, one.text)):
            if (sign.end - sign.start > STANDING_S) is not standing:
                continue
            if cluster and (
                sign.start - max(one.end for one in cluster) > together or sign.start - cluster[0].start > SPREAD_S
            ):
                yield cluster
                cluster = []
            cluster.append(sign)
        if cluster:
            yield cluster


def _told(subject: Subject, spec: CheckSpec, cluster: list[Sign]) -> Finding:
    """One finding for signs that stand together, led by the heaviest."""
    heaviest = max(cluster, key=lambda sign: sign.weight)
    families = {sign.family: 0 for sign in cluster}
    for sign in cluster:
        families[sign.family] = max(families[sign.family], sign.weight)
    weight = sum(families.values())
    texts = list(dict.fromkeys(sign.text[:LONGEST] for sign in sorted(cluster, key=lambda one: -one.weight)))
    grave = weight >= HEAVY
    made = finding(
        spec,
        Severity.WARNING if grave else Severity.NOTE,
        "finding.advert.probable" if grave else f"finding.advert.{MESSAGES[heaviest.kind]}",
        {"what": "、".join(texts[:MOST_SHOWN]), "count": len(texts)},
        value=weight,
        limit=HEAVY,
        part=f"{heaviest.kind} {heaviest.text[:LONGEST]}",
    )
    telling = [sign for sign in cluster if sign.weight] or cluster
    start, end = min(sign.start for sign in telling), max(sign.end for sign in telling)
    return at_seconds(made, subject.measurements, start, end)
