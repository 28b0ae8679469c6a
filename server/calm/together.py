"""What therapist and patient can do together in the call, and what can be left for home. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.calm.meditation.rules import Anchor, Kind, Session, usual
from server.calm.rules import Exercise

BREATH, SIT = "breath", "sit"


@dataclass(frozen=True)
class Part:
    kind: Kind
    words: str
    seconds: int


@dataclass(frozen=True)
class Course:
    """A meditation of its usual length, as it is said with the usual anchor."""

    id: str
    name: str
    line: Sequence[Part]


@dataclass(frozen=True)
class Tools:
    breathing: Sequence[Exercise]
    sat: Sequence[Course]


def tools(exercises: Mapping[str, Exercise], sessions: Mapping[str, Session], language: str) -> Tools:
    """All of them in one language. Feet are the anchor: nobody has to say in a call that breath is hard for them."""
    sat = [_course(one, language) for one in sessions.values()]
    return Tools([one for one in exercises.values() if one.breathing], sat)


def _course(session: Session, language: str) -> Course:
    line = session.lengths[usual(session)]
    said = [session.said(one.text, Anchor.FEET, language) if one.text else "" for one in line]
    parts = [Part(one.kind, words, one.seconds) for one, words in zip(line, said, strict=True)]
    return Course(session.id, session.name[language], parts)


def tool_of(text: str, exercises: Mapping[str, Exercise], sessions: Mapping[str, Session]) -> str | None:
    """What may be left for home, as the call names it: 'breath/box-4', 'sit/widen'; None for anything else."""
    sort, _, name = text.partition("/")
    known: Mapping[str, object] = {BREATH: exercises, SIT: sessions}.get(sort, {})
    fits = name in known and (sort == SIT or exercises[name].breathing)
    return text if fits else None


def path_of(tool: str) -> str:
    """Where it stands below the exercises of a clinic."""
    sort, _, name = tool.partition("/")
    return f"sit/{name}" if sort == SIT else name
