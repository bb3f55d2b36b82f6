r"""Watch terms: the operator's own list of words to look for, and finding them in text that was read or understood.

A term is written as it is said; `*` stands for up to WILD characters within a sentence, `?` for one, `\` before either for
itself. Texts are compared folded (`station.folding`). A term that begins or ends with a Latin letter or digit is not found inside
a longer word. What merely sounds like a term (tones apart) is found too where the term has at least FEWEST_SOUNDED Chinese
characters: a recogniser of speech often writes a name with other characters.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from station.errors import UsageError, system_words
from station.folding import fold, is_han, sounded

WILD = 8
"""Characters that `*` may stand for, at most."""
FEWEST_SOUNDED = 3
"""Chinese characters that a term needs to be known by its sound: shorter ones sound like too much else."""
SENTENCE_ENDS = "\n。！？!?；;"
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
ENCODINGS = ("utf-8", "gb18030")
"""Tried in this order where a file does not say its own: Chinese editors still write the latter."""
_ANY, _ONE = "\uf8fe", "\uf8ff"
"""Private-use characters that stand for the wildcards while a term is folded."""
_MARKED = re.compile(r"\\([*?\\])|([*?])")
_WILDCARDS = {_ANY: f"[^{SENTENCE_ENDS}]{{0,{WILD}}}?", _ONE: f"[^{SENTENCE_ENDS}]"}


@dataclass(frozen=True)
class Term:
    """One term, ready to be looked for."""

    written: str
    """As the operator wrote it."""
    pattern: re.Pattern[str]
    """Over folded text."""
    sound: re.Pattern[str] | None
    """Over folded text that was `sounded`; None where the term is too short for it."""


@dataclass(frozen=True)
class Hit:
    """A place where a term stands."""

    term: str
    start: int
    end: int
    """Indices into the folded text, end exclusive."""
    exact: bool
    """False: it only sounds alike."""


def read_terms(path: Path) -> tuple[str, ...]:
    """The terms of a list, one a line, in order, each once. Lines that begin with `#`, and ` #` to a line's end, are remarks.

    Raises UsageError that names the file where it can't be read.
    """
    try:
        text = _decoded(path.read_bytes())
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("error.terms-unreadable", path=str(path), detail=system_words(error)) from error
    lines = (re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip() for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def _decoded(raw: bytes) -> str:
    for mark, encoding in BOMS:
        if raw.startswith(mark):
            return raw.decode(encoding)
    try:
        return raw.decode(ENCODINGS[0])
    except UnicodeDecodeError:
        return raw.decode(ENCODINGS[1])


def compiled(written: Iterable[str]) -> tuple[Term, ...]:
    """The terms, ready to be looked for; one of nothing but wildcards and blanks is left out."""
    return tuple(term for one in written if (term := _term(one)) is not None)


def _term(written: str) -> Term | None:
    marked = _MARKED.sub(lambda match: match[1] or (_ANY if match[2] == "*" else _ONE), written)
    folded = fold(marked).text
    literal = [sign for sign in folded if sign not in _WILDCARDS]
    if not literal:
        return None
    by_sound = sum(map(is_han, literal)) >= FEWEST_SOUNDED
    return Term(written, _pattern(folded), _pattern(sounded(folded)) if by_sound else None)


def _pattern(folded: str) -> re.Pattern[str]:
    body = "".join(_WILDCARDS.get(sign) or re.escape(sign) for sign in folded)
    before = "(?<![a-z0-9])" if _latin(folded[0]) else ""
    after = "(?![a-z0-9])" if _latin(folded[-1]) else ""
    return re.compile(before + body + after)


def _latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def find(terms: Iterable[Term], folded: str, *, by_sound: bool = False) -> Iterator[Hit]:
    """Every place where a term stands in folded text; with `by_sound` also where something sounds like one, and is not it."""
    heard = sounded(folded) if by_sound else ""
    for term in terms:
        exact = [match.span() for match in term.pattern.finditer(folded)]
        yield from (Hit(term.written, start, end, exact=True) for start, end in exact)
        if by_sound and term.sound is not None:
            for match in term.sound.finditer(heard):
                if not any(start < match.end() and match.start() < end for start, end in exact):
                    yield Hit(term.written, match.start(), match.end(), exact=False)
