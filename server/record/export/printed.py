"""A record as it is printed: headings, lines and tables in the reader's language, as plain data. Pure.

What people wrote is data here and stays data in `record.typ`: nothing of it is read as markup.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from server.booking.rules import BookingCard
from server.measures.results import Result, Taken
from server.measures.risk.history import Stood
from server.measures.scoring import Score
from server.moments import Speaker
from server.patients.consents.rules import Agreed
from server.record.care.rules import Diagnosis, Entry, GeneTest, Goal, Kind, Medicine, Spell, Treatment, Way, counting
from server.record.export.gather import Whole
from server.record.notes.rules import Note
from server.safety.plan.catalogue import shape
from server.safety.plan.rules import Plan, lines_by_step
from server.tongues import LANGUAGES

Block = dict[str, Any]
"""`head` and `small` of one thing, and `texts`: (heading or '', text) below it."""
Part = tuple[str, Sequence[Block]]
"""A title, and what stands below it; a part in which nothing stands is left out."""


class Printer:
    """Says a record in one language, to one reader in their zone."""

    def __init__(self, say: Speaker, gettext: Callable[[str], str]) -> None:
        self._say = say
        self._ = gettext

    def paper(self, whole: Whole, more: Sequence[Part] = (), beside: str = "") -> dict[str, Any]:
        """The whole of it, `more` of later features after it; `beside` says what is not in it."""
        _ = self._
        parts: list[Part] = [
            (_("Diagnoses"), self._care(whole, Kind.DIAGNOSIS)),
            (_("Medicines"), self._care(whole, Kind.MEDICINE)),
            (_("Treatments"), self._care(whole, Kind.TREATMENT)),
            (_("Genetic tests"), self._care(whole, Kind.GENE)),
            (_("Goals and plan"), self._care(whole, Kind.GOAL)),
            (_("Safety plan"), self._plan(whole.plan)),
            (_("Measures"), [self._result(one) for one in whole.results]),
            (_("Answers that can mean danger"), self._danger(whole)),
            (_("Notes"), [self._note(whole, one) for one in whole.notes]),
            (_("Appointments"), [self._booking(one, whole.reasons.get(one.id, "")) for one in whole.bookings]),
            (_("What was agreed to"), [self._agreed(one) for one in whole.consents]),
            *more,
        ]
        usual = _("Letters, documents and what somebody writes for themselves are not in this file.")
        return {
            "title": _("Record of %(name)s") % {"name": whole.person.name},
            "clinic": whole.clinic,
            "lang": self._say.language,
            "dir": LANGUAGES[self._say.language],
            "made": _("Made on %(day)s") % {"day": self._say.full(whole.at)},
            "calm": _(
                "You need not read all of it, nor in order. Ask the clinic about anything that you do not understand."
            ),
            "beside": beside or usual,
            "inside": _("What is inside"),
            "facts": self._facts(whole),
            "parts": [{"title": title, "blocks": list(blocks)} for title, blocks in parts if blocks],
        }

    def _facts(self, whole: Whole) -> list[tuple[str, str]]:
        _, person = self._, whole.person
        told = [(_("Name"), person.name), (_("Mail"), person.mail), (_("Number"), person.phone)]
        return [(what, said) for what, said in told if said]

    def _care(self, whole: Whole, kind: Kind) -> list[Block]:
        today = self._say.local(whole.at).date()
        return [self._entry(one, today) for one in counting(whole.care, kind)]

    def entries(self, entries: Iterable[Entry], at: datetime) -> list[Block]:
        """Those of the record's entries, as they stand in it."""
        today = self._say.local(at).date()
        return [self._entry(one, today) for one in entries]

    def _entry(self, entry: Entry, today: date) -> Block:
        one, _ = entry.value, self._
        match one:
            case Diagnosis():
                return block(f"{one.code} {one.words}", [one.system, self._certain(one), one.since])
            case Medicine():
                dose = f" {one.dose:g} {one.unit}" if one.dose is not None else ""
                return block(one.name + dose, [one.often, self._span(one.spell, today), self._effect(one), one.stopped])
            case Treatment():
                told = [self._span(one.spell, today), self._effect(one), one.stopped]
                return block(f"{self._way(one.way)}: {one.method}", told)
            case GeneTest():
                return block(f"{one.gene} {one.result or one.phenotype}", [one.lab, one.method, one.on])
            case Goal():
                words = {"open": _("open"), "reached": _("reached"), "let_go": _("let go")}
                return block(one.words, [words[one.reached]], [("", one.plan)] if one.plan else [])

    def _certain(self, one: Diagnosis) -> str:
        _ = self._
        return {"suspected": _("suspected"), "confirmed": _("confirmed"), "resolved": _("resolved")}[one.certainty]

    def _way(self, way: Way) -> str:
        _ = self._
        words = {Way.TALK: _("Talking therapy"), Way.KETAMINE: _("Ketamine or esketamine"), Way.OTHER: _("Other")}
        return words.get(way, way.upper())

    def _effect(self, one: Medicine | Treatment) -> str:
        _ = self._
        words = {"unknown": _("effect not known"), "worse": _("made it worse"), "none": _("no effect")}
        return (words | {"some": _("some effect"), "good": _("helped well")})[one.effect]

    def _span(self, spell: Spell, today: date) -> str:
        _, weeks = self._, spell.lasted(today)
        told = " – ".join(one for one in (spell.since, spell.until) if one)
        told = _("since %(when)s") % {"when": spell.since} if spell.going and spell.since and not spell.until else told
        lasted = "" if weeks is None else _("Weeks: %(num)s") % {"num": weeks}
        return ", ".join(one for one in (told, lasted) if one)

    def _plan(self, plan: Plan) -> list[Block]:
        _ = self._
        words = {
            "signs": _("How I notice that it gets hard"),
            "alone": _("What I can do by myself"),
            "around": _("People and places that take my mind off it"),
            "ask": _("People I can ask for help"),
            "professionals": _("Professionals and helplines"),
            "safer": _("How I make it safer around me"),
            "reasons": _("What I most want to live for"),
        }
        steps = lines_by_step(plan, shape())
        return [
            block(words[step], [], [("", "\n".join(f"{line.text} {line.phone}".strip() for line in lines))])
            for step, lines in steps.items()
            if lines
        ]

    def _result(self, result: Result) -> Block:
        rows = [
            f"{self._say.full(one.at)}{self._came(one)}: {'' if one.result.total is None else one.result.total} "
            f"{self._level(one.result)}".strip()
            for one in result.taken
        ]
        return block(result.instrument.title, [], [("", "\n".join(rows))])

    def _danger(self, whole: Whole) -> list[Block]:
        found = [(one.instrument.title, whole.danger.get(one.key)) for one in whole.results]
        return [block(title, [self._seen(one)], [("", self._said(one))]) for title, one in found if one]

    def _seen(self, stood: Stood) -> str:
        _ = self._
        if stood.seen_at is None:
            return _("Not marked as seen yet")
        day = self._say.full(stood.seen_at)
        return _("Seen by %(name)s, %(day)s") % {"name": stood.seen_by or _("the clinic"), "day": day}

    def _said(self, stood: Stood) -> str:
        _ = self._
        since = _("changed since; what was said before stands")
        told = [
            _("%(day)s, question %(number)s: %(answer)s")
            % {"day": self._say.full(one.at), "number": one.number, "answer": one.words}
            + (f" ({since})" if one.eased else "")
            for one in stood.said
        ]
        return "\n".join(told)

    def _level(self, result: Score) -> str:
        _ = self._
        name = result.level.name if result.level else ""
        if not result.partial:
            return name
        return _("%(level)s so far; questions are open") % {"level": name} if name else _("questions are open")

    def _came(self, taken: Taken) -> str:
        _ = self._
        return " " + _("(came on %(day)s)") % {"day": self._say.full(taken.came)} if taken.came else ""

    def _note(self, whole: Whole, note: Note) -> Block:
        _, names = self._, whole.staff
        texts = [(one.title, note.part(one.key).text) for one in note.format.sections]
        for one in note.addenda:
            told = {"name": names.get(one.by_id, ""), "day": self._say.full(one.at)}
            texts.append((_("Added by %(name)s, %(day)s") % told, one.text))
        when = self._say.full(note.signed_at) if note.signed_at else ""
        written = [(title, text) for title, text in texts if text.strip()]
        return block(note.format.name, [when, names.get(note.author_id, "")], written)

    def _booking(self, card: BookingCard, reason: str) -> Block:
        _ = self._
        gone = _("cancelled") if card.cancelled_at else ""
        texts = [(_("What it is about"), reason)] if reason else []
        return block(self._say.full(card.starts_at), [card.service_name, card.therapist_name, gone], texts)

    def _agreed(self, one: Agreed) -> Block:
        _ = self._
        name = _("The clinic’s text, version %(version)s") % {"version": one.version}
        back = _("Taken back: %(day)s") % {"day": self._say.full(one.withdrawn_at)} if one.withdrawn_at else ""
        if one.kind == "programme":
            name = _("Programme %(version)s") % {"version": one.version}
        elif one.kind == "treating_team":
            name = _("Sharing with who else treats them")
        elif one.kind != "booking":
            name = f"{one.kind} {one.version}"
        return block(name, [self._say.full(one.at), back])


def block(head: str, small: Iterable[str], texts: Sequence[tuple[str, str]] = ()) -> Block:
    return {
        "head": head.strip(),
        "small": ", ".join(one for one in small if one),
        "texts": [list(one) for one in texts],
    }
