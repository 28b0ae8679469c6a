"""Of whom a file says that it is, and which laboratory made it: the heads by which it does, and whether that is the
patient. Pure.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from server.genetics.bringing.found import Lab, Left, Part, Said, Whom, Why
from server.patients.rules import TITLES

NAMES = (
    "patient name", "name of patient", "name", "full name", "last name", "first name", "surname", "nachname", "vorname",
)  # fmt: skip
BIRTHS = ("date of birth", "dob", "birth date", "birthdate", "geburtsdatum")
PEOPLE = ("patient", "person", "subject")
"""Heads under which a name stands, or a number."""
NUMBERS = ("patient id", "patientid", "patient number", "subject id", "mrn")
LABS = ("laboratory", "lab", "performed by", "labor")
WORD = re.compile(r"[^\W\d_]+")
FULL = re.compile(r"[A-Z\u00c0-\u00de][^\W\d_]+(?:[ ,^-]+[A-Z\u00c0-\u00de][^\W\d_]*)+")
ISO = re.compile(r"(\d{4})[-/.]?(\d\d)?[-/.]?(\d\d)?(?:T.*)?", re.ASCII)
DAY = re.compile(r"(\d\d?)[-/. ]+(\d\d?)[-/. ]+(\d{4})", re.ASCII)


def head(text: str) -> str:
    """A head of a column or a row, as the tuples here have it."""
    return " ".join(text.strip().strip('"').rstrip(":").lower().replace("_", " ").split())


def whom(name: str, words: str) -> Whom:
    """What stands under this head; a number of theirs is known to nobody here."""
    called = name in NAMES or (name in PEOPLE and not any(sign.isdigit() for sign in words))
    kind = Said.BORN if name in BIRTHS else Said.NAME if called else Said.OTHER
    return Whom(" ".join(words.split())[:120], kind)


def titled(words: str) -> Whom:
    """What somebody called a whole file: a name where it is written like a full one."""
    words = " ".join(words.replace("_", " ").split())[:120]
    return Whom(words, Said.NAME if FULL.fullmatch(words) else Said.OTHER)


def around(cells: Iterable[str]) -> Iterator[Part]:
    """What a line above or below a table says: 'Patient: Jo Almeida', or the same in two cells."""
    several, rest = iter([cell.strip() for cell in cells if cell.strip()]), []
    for cell in several:
        name, _, words = (part.strip() for part in cell.partition(":"))
        known = is_around(name)
        words = words or (next(several, "") if known else "")
        if not known or not words:
            rest.append(cell)
        else:
            yield Lab(words[:120]) if head(name) in LABS else whom(head(name), words)
    if rest:
        yield Left(" ".join(rest)[:120], Why.AROUND)


def is_around(cell: str) -> bool:
    """Whether a cell begins what such a line says."""
    return head(cell.partition(":")[0]) in (*NAMES, *BIRTHS, *PEOPLE, *NUMBERS, *LABS)


def others(said: Iterable[Whom], name: str, born: date | None) -> Sequence[Whom]:
    """What of it is not this patient: another name, or another date of birth where theirs is known."""
    return [
        one
        for one in said
        if (one.kind is Said.NAME and not _same_name(one.words, name))
        or (one.kind is Said.BORN and born is not None and not _may_be(one.words, born))
    ]


def _same_name(one: str, other: str) -> bool:
    """Whether each word of the shorter one is in the longer one, in whichever order; a letter alone is an initial. A
    text without a word, such as '---', is nobody else's name.
    """
    short, long = sorted((_words(one), _words(other)), key=len)
    return all(any(_same_word(word, each) for each in long) for word in short)


def _words(name: str) -> list[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return [word for word in WORD.findall(plain.casefold()) if word not in TITLES]


def _same_word(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


def _may_be(words: str, born: date) -> bool:
    """Whether a day may be this one; a text that is no day says nothing."""
    text = words.strip()
    if iso := ISO.fullmatch(text):
        wanted = (f"{born.year:04}", f"{born.month:02}", f"{born.day:02}")
        return all(part is None or part == there for part, there in zip(iso.groups(), wanted, strict=True))
    if found := DAY.fullmatch(text):
        first, second, year = map(int, found.groups())
        return born.year == year and (born.day, born.month) in ((first, second), (second, first))
    return True
