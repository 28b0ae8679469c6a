"""What no message may give away to who looks over a shoulder: that it is about therapy, who gets it, who treats. Pure.

Words are looked for in the languages that clinics write in, without case and accents; Arabic ones also with what is
written together with them. Hosts, mail addresses and the random parts of links are no words.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from html import unescape


class Kind(StrEnum):
    """What a word gives away."""

    WHY = "why"  # that this is about therapy, a diagnosis, a treatment
    WHO = "who"  # a name
    CREDENTIAL = "credential"  # a title or degree of who treats


@dataclass(frozen=True)
class Finding:
    kind: Kind
    word: str = field(repr=False)


WHY = (
    r"\w*therap\w*|\w*terap\w*|psy[ck]\w*|psi[cqk]\w*",
    r"counsell?(?:ing|ors?)|mental\w*|sessions?|treatments?|treated|patients?|diagnos\w*|medicat\w*|rehab\w*",
    r"depress\w*|anxi(?:ety|ous)|trauma\w*|suicid\w*|addict\w*|autis[mt]\w*|schizo\w*|bipolar\w*|self-?harm\w*",
    r"adhd|adhs|ptsd|ptbs|ocd|emdr|tms|cbt|dbt|phq-?\d*|gad-?7|(?:es)?ketamin\w*|crisis|crises",
    r"sitzung\w*|patient\w+|behandlung\w*|beratung\w*|angststorung\w*|suizid\w*",
    r"seances?|sesion(?:es)?|sessao|sessoes|seduta|sedute|sessies?|pa[cz]ient\w*",
    r"\w*علاج\w*|\w*معالج\w*|\w*جلس[ةته]\w*|\w*جلسات\w*|\w*مريض\w*|\w*مرضى\w*|\w*اكتئاب\w*|\w*طبيب\w*|ال?نفسي[ةه]?",
)
CREDENTIAL = (
    r"dra?\.?|drs\.?|prof(?:\.|essor\w*)?|doctor\w*|dott(?:\.|ore|oressa)",
    r"ph\.?d\.?|psy\.?d\.?|m\.d\.|lcsw|lmft|lmhc|lpc|lcpc|msw|mft|cadc|bcba|mrcpsych|frcpsych|dipl\.?-?psych\w*\.?",
    r"licensed|approbiert\w*|nurse|(?:ال)?دكتور[ةه]?|د\.",
)
TWO_WORDS = re.compile(r"\bph\.?\s+d\b|\bpsy\.?\s+d\b|\bsocial\s+worker", re.I)
STYLE = re.compile(r"<style.*?</style>", re.S)
TAG = re.compile(r"<(?!a[ >])[^>]*>")
FOLD = re.compile(r"\r\n[ \t]")  # RFC 5545 3.1
BETWEEN = re.compile(r"[\s\"'<>=;:,()\[\]]+")
PART = re.compile(r"[^\W_]+(?:[.-]{1,2}[^\W_]+)*\.?")
WORD = re.compile(r"[^\W\d_]{2,}")
FORMAL = frozenset(
    WORD.findall(
        "href class button http https mailto begin end vcalendar version prodid parlour booking method request publish"
        " cancel vtimezone tzid standard daylight dtstart tzoffsetfrom tzoffsetto tzname vevent uid sequence dtstamp"
        " dtend value date summary description url status confirmed cancelled class private organizer attendee partstat"
        " accepted rsvp false cn location"
    )
)
"""What links and calendar entries are written with."""
TOKEN_LENGTH, UUID_LENGTH = 43, 36


def plain(text: str) -> str:
    """Lower case, without accents and vowel signs."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def words_in(text: str) -> frozenset[str]:
    """Its words, plain."""
    return frozenset(WORD.findall(plain(text)))


def findings(
    text: str, names: Iterable[str] = (), usual: Collection[str] = (), kinds: Collection[Kind] = frozenset(Kind)
) -> list[Finding]:
    """What this text gives away. `names` of people; a part of one that is also a `usual` word counts only as a whole.

    `text` may be HTML or an iCalendar object.
    """
    read = _readable(text)
    chunks = {chunk for one in BETWEEN.split(read) if (chunk := _words_of(one))}
    found = [one for chunk in sorted(chunks) for one in _of_chunk(chunk)]
    found += [Finding(Kind.CREDENTIAL, match) for match in TWO_WORDS.findall(read)]
    here = frozenset(word for chunk in chunks for word in _plain_words(chunk))
    found += [Finding(Kind.WHO, word) for name in names for word in _of_name(plain(name), here, read, usual)]
    return [one for one in found if one.kind in kinds]


def _readable(text: str) -> str:
    unfolded = FOLD.sub("", text)
    return unescape(TAG.sub(" ", STYLE.sub(" ", unfolded)) if "<" in unfolded else unfolded)


def _words_of(chunk: str) -> str:
    """What of a chunk are words: no mail address, no host, no random part of a link, no id."""
    if "@" in chunk or (len(chunk) == UUID_LENGTH and chunk.count("-") == 4):
        return ""
    if chunk.startswith("//"):
        path = chunk[2:].partition("/")[2]
        return " ".join(part for part in path.split("/") if len(part) != TOKEN_LENGTH)
    return chunk


# Messages are much alike, so nearly every chunk was seen before.
@lru_cache(maxsize=4096)
def _of_chunk(chunk: str) -> tuple[Finding, ...]:
    found = {}
    for part in PART.findall(plain(chunk)):
        for word in (part, part.rstrip("."), *re.split(r"[.-]+", part)):
            kind = next((kind for kind in (Kind.CREDENTIAL, Kind.WHY) if _pattern(kind).fullmatch(word)), None)
            if kind:
                found[word] = Finding(kind, word)
    return tuple(found.values())


@lru_cache(maxsize=4096)
def _plain_words(chunk: str) -> frozenset[str]:
    return words_in(chunk)


@cache
def _pattern(kind: Kind) -> re.Pattern[str]:
    stems = {Kind.WHY: WHY, Kind.CREDENTIAL: CREDENTIAL}[kind]
    return re.compile("|".join(map(plain, stems)))


def _of_name(name: str, here: Collection[str], read: str, usual: Collection[str]) -> Iterable[str]:
    parts = WORD.findall(name)
    yield from (part for part in parts if part in here and part not in usual and part not in FORMAL)
    if len(parts) > 1 and all(part in here for part in parts):
        whole = r"[\W_]+".join(map(re.escape, parts))
        if re.search(rf"(?<!\w){whole}(?!\w)", plain(read)):
            yield name


@lru_cache(maxsize=1024)
def discreet_name(name: str) -> str:
    """A name without the words that give something away: 'Linden' of 'Linden Psychotherapy'; '' when none is left."""
    kept = [word for word in name.split() if not findings(word)]
    while kept and plain(kept[-1]) in JOINING:
        kept.pop()
    while kept and plain(kept[0]) in JOINING:
        kept.pop(0)
    return " ".join(kept)


JOINING = frozenset({"of", "for", "and", "the", "&", "-", "+", "fur", "und", "de", "la", "et", "y", "e", "di", "per"})
