"""What stands in the file of one session, what is missing of it, and by when it has to be sent. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from server.programmes.baseline import answers_of, counted
from server.programmes.course import Entry, Key, day_of
from server.programmes.definition import Part
from server.programmes.fields import Export, Fact, Field, Source, Take
from server.programmes.gates import applies
from server.programmes.keeping import Opened
from server.programmes.questions import UNSURE, Answer, Question

LINE = Question("", "", Answer.LINE)
EVER = Question("", "", Answer.YES_NO)
MINUTES = Question("", "", Answer.NUMBER, unit="min")
MINUTE = timedelta(minutes=1)
YES_NO = {"yes": "Yes", "no": "No", "unknown": "Not known"}
Said = tuple[Question, str]


@dataclass(frozen=True)
class Cell:
    """One field and what was recorded for it: each answer with the question that it answers."""

    line: Field
    said: Sequence[Said] = field(repr=False)
    missing: bool


@dataclass(frozen=True)
class Countdown:
    """By the end of which day a file has to have been sent; `left` days from today, below 0 once that is over."""

    by: date
    left: int


def countdown(export: Export, began: datetime, zone: ZoneInfo, now: datetime) -> Countdown | None:
    """Calendar days at the clinic, counted from the day of the session; None: nobody waits for it."""
    if export.within is None:
        return None
    by = day_of(zone, began) + export.within.length
    return Countdown(by, (by - day_of(zone, now)).days)


def cells(opened: Opened, export: Export, session: int, facts: Mapping[Fact, str]) -> list[Cell]:
    """Every field in the order of the definition; `facts` that are not known are left out."""
    return [_cell(opened, one, session, facts) for one in export.fields]


def missing_first(several: Sequence[Cell]) -> list[Cell]:
    return sorted(several, key=lambda one: not one.missing)


def facts_of(opened: Opened, session: int, names: Mapping[Fact, str]) -> dict[Fact, str]:
    """What the course itself knows of a session, beside these `names`; days are ISO 8601 on the clinic's calendar."""
    done, zone = opened.standing.done, opened.standing.programme.zone
    began, over = done.begun.get(session), done.over.get(session)
    known = {Fact.SESSION: str(session), Fact.DATE: day_of(zone, began).isoformat() if began else ""}
    known[Fact.MINUTES] = str((over - began) // MINUTE) if began and over else ""
    return {fact: text for fact, text in {**names, **known}.items() if text}


def plain(question: Question, text: str) -> str:
    """An answer in a file: words of the definition, numbers without their unit."""
    if question.answer in (Answer.YES_NO, Answer.AGREE):
        return YES_NO[text]
    said = question.options.get(text, text)
    return f"{said}, {UNSURE}" if text in question.unsure else said


def _with_names(opened: Opened, question: Question) -> Question:
    """A question about a preset with the names of all there were, and which of them nobody confirmed."""
    if question.answer is not Answer.PRESET:
        return question
    known = {key: f"{one.name}, version {one.version}" for key, one in opened.presets.every.items()}
    return replace(question, options=known, unsure=opened.presets.unsure & known.keys())


def _cell(opened: Opened, one: Field, session: int, facts: Mapping[Fact, str]) -> Cell:
    if one.fact:
        question = MINUTES if one.fact is Fact.MINUTES else LINE
        said: list[Said] = [(question, facts[one.fact])] if one.fact in facts else []
        return Cell(one, said, not said and not one.optional)
    found = [(source, each) for source in one.sources for each in _answered(opened, source, session)]
    if one.take in (Take.EVER, Take.ONSET, Take.RESOLVED):
        found.sort(key=lambda each: each[1][0].at)  # of several steps together
        return _ever(opened, one, session, [(entry, text) for _, (entry, _, text) in found])
    said = [(question, text) for source, (entry, question, text) in found if _taken(opened, one, source, entry)]
    asked = any(_asked(opened, source, session) for source in one.sources)
    return Cell(one, said, asked and not said and not one.optional)


def _asked(opened: Opened, source: Source, session: int) -> bool:
    """Whether this session has the step, by the rules of which sessions have it."""
    programme, done = opened.standing.programme, opened.standing.done
    step = programme.definition.by_id[source.step]
    return applies(programme, done, step, session, done.begun.get(session, programme.began_at))


def _answered(opened: Opened, source: Source, session: int) -> list[tuple[Entry, Question, str]]:
    """Every answer to a question of this session, or of the course, by when it was given."""
    done, step = opened.standing.done, opened.standing.programme.definition.by_id[source.step]
    of = session if step.part not in (Part.START, Part.CALENDAR, Part.END) else 0
    entries = [entry for key, entry in done.entries.items() if (key.step, key.session) == (step.id, of)]
    asked = counted(opened, step, session).questions
    question = _with_names(opened, next(one for one in asked if one.id == source.question))
    found = [(entry, question, answers_of(opened, entry).get(question.id, "")) for entry in entries]
    return sorted((one for one in found if one[2]), key=lambda one: (one[0].at, one[0].key.round))


def _taken(opened: Opened, one: Field, source: Source, entry: Entry) -> bool:
    """Whether the answer of this entry is what the field takes."""
    if one.take is Take.EVERY:
        return True
    if one.take is Take.NEWEST:
        return entry == opened.standing.done.newest.get((entry.key.step, entry.key.session))
    minutes = opened.standing.programme.definition.by_id[source.step].minutes
    return entry.key == Key(source.step, entry.key.session, minutes.index(one.minute))


def _ever(opened: Opened, one: Field, session: int, answers: Sequence[tuple[Entry, str]]) -> Cell:
    """Whether it ever was, or from when until when by the readings: when it was not there, both stay empty."""
    began = opened.standing.done.begun.get(session)
    there = [(entry, text not in one.nothing) for entry, text in answers]
    if not there or began is None:
        return Cell(one, [], not one.optional)
    was = any(yes for _, yes in there)
    if one.take is Take.EVER:
        return Cell(one, [(EVER, "yes" if was else "no")], missing=False)
    if not was:
        return Cell(one, [], missing=False)
    last = max(place for place, (_, yes) in enumerate(there) if yes)
    first = next(entry for entry, yes in there if yes)
    ended = there[last + 1][0] if last + 1 < len(there) else None
    at = first if one.take is Take.ONSET else ended
    said = [(MINUTES, str((at.at - began) // MINUTE))] if at else []
    return Cell(one, said, not said and not one.optional)
