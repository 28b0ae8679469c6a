"""What stands in a patient's own PDF beside their record: letters, the list of documents, courses, and for themselves
alone what they wrote and practised. The parts say what the JSON file says, in sentences.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from server.calm.meditation.catalogue import sessions
from server.calm.meditation.rules import PREFIX
from server.calm.taking import practice_data
from server.clinic.rules import Clinic
from server.home.record.met import Met, met_data
from server.house import House
from server.journal.cbt.catalogue import ORDER, tools
from server.journal.homework.keeping import tasks_of
from server.journal.homework.rules import aims
from server.journal.keeping import Journal
from server.journal.mood.rules import KIND as MOOD
from server.journal.printed import Diaries, plain, printed_journal
from server.letters.shown import own_letters
from server.moments import Speaker
from server.programmes.taking import courses_data
from server.record.documents.keeping import File
from server.record.export.printed import Block, Part, block
from server.record.looking import Look
from server.record.own import own_documents, own_looks
from server.templates import environment, translations


async def parts_beside(house: House, clinic: Clinic, patient_id: UUID, say: Speaker, *, own: bool) -> list[Part]:
    """`own`: it is the patient who asks; nobody who acts for them reads what they write for themselves."""
    sheet = Sheet(say, own=own)
    _ = sheet.gettext
    letters = await own_letters(house, clinic.id, patient_id)
    found: list[Part] = [
        (_("Letters"), [sheet.thread(one) for one in letters]),
        (_("Documents"), [sheet.document(one) for one in await own_documents(house, clinic.id, patient_id)]),
        (_("Courses"), [sheet.course(one) for one in await courses_data(house, clinic.id, clinic.zone, patient_id)]),
    ]
    found += await _written(house, clinic, patient_id, sheet) if own else []
    return [*found, (_("Who looked"), sheet.looks(await own_looks(house, clinic.id, patient_id)))]


async def _written(house: House, clinic: Clinic, patient_id: UUID, sheet: "Sheet") -> list[Part]:
    kinds = {kind: await Journal(house, clinic.id, patient_id, kind).own() for kind in (MOOD, *ORDER)}
    told = [(tools()[kind], kinds[kind]) for kind in ORDER]
    given = list(reversed(await tasks_of(house, clinic.id, patient_id)))
    _ = sheet.gettext
    return [
        *printed_journal(sheet.say, _("Your days, as you wrote them"), kinds[MOOD], told),
        (_("What was given to you to do"), Diaries(sheet.say).tasks(aims(tools()), given)),
        (_("Quiet moments"), sheet.practice(await practice_data(house, patient_id))),
        *sheet.met(await met_data(house, clinic.id, patient_id)),
    ]


class Sheet:
    """Says them in one language, to one reader in their zone."""

    def __init__(self, say: Speaker, *, own: bool) -> None:
        self.say = say
        self.gettext = translations(say.language).gettext
        self._own = own
        self._calm: Any = environment(say.language).get_template("calm/words.html").module
        self._look: Any = environment(say.language).get_template("record/looks.html").module

    def beside(self) -> str:
        """What is not in it."""
        _ = self.gettext
        told = _("Documents and files are listed here; each is taken along by itself, on the page of your record.")
        return told if self._own else " ".join([told, _("What somebody writes for themselves is not in this file.")])

    def thread(self, thread: Mapping[str, Any]) -> Block:
        _ = self.gettext
        texts = [(f"{self._author(one)}{self.say.comma}{self._at(one['sent_at'])}", self._letter(one))
                 for one in thread["letters"]]  # fmt: skip
        closed = _("Closed: %(day)s") % {"day": self._at(thread["closed_at"])} if thread["closed_at"] else ""
        return block(thread["with"] or _("The front desk"), [closed], texts)

    def _author(self, letter: Mapping[str, Any]) -> str:
        _ = self.gettext
        if letter["by"] == "staff":
            return letter["name"] or _("Somebody who left")
        if letter["by"] == "patient":
            return _("You") if self._own else _("The patient")
        return _("Who acts for you") if self._own else _("Who acts for them")

    def _letter(self, letter: Mapping[str, Any]) -> str:
        files = [self.gettext("With a file: %(name)s") % {"name": one["name"]} for one in letter["files"]]
        return "\n".join([letter["text"], *files])

    def document(self, file: File) -> Block:
        return block(file.name, [f"{-(-file.size // 1024)} kB", self.say.full(file.at)])

    def looks(self, looks: Sequence[Look]) -> list[Block]:
        """One block for each month, a line for each sitting, the newest first."""
        months = groupby(looks, key=lambda one: self.say.local(one.at).date().replace(day=1))
        return [
            block(self.say.month_year(month), [], [("", "\n".join(self._looked(one) for one in found))])
            for month, found in months
        ]

    def _looked(self, look: Look) -> str:
        told = [look.who or self.gettext("somebody who left"), plain(self._look.what(look)).strip()]
        return f"{self.say.full(look.at)}: {self.say.comma.join(told)}{f' ({look.times})' if look.times > 1 else ''}"

    def course(self, course: Mapping[str, Any]) -> Block:
        """How far it is, its sessions, what was measured, and the steps that were done."""
        _ = self.gettext
        done = course["sessions"]
        small = [
            _("%(over)s of %(total)s sessions") % {"over": done["done"], "total": done["of"]},
            _("since %(when)s") % {"when": self._at(course["began_at"])},
            _("ended: %(day)s") % {"day": self._at(course["ended_at"])} if course["ended_at"] else "",
            _("paused") if course["paused"] else "",
        ]
        told = [
            (_("Sessions"), [self._mark(one) for one in course["path"]]),
            (_("What was measured"), [self._reading(one) for one in course["readings"]]),
            (_("What was done"), [self._step(one) for one in course["steps"]]),
        ]
        return block(course["programme"], small, [(head, "\n".join(lines)) for head, lines in told if lines])

    def _mark(self, mark: Mapping[str, Any]) -> str:
        _ = self.gettext
        words = {"done": _("done"), "going": _("going on"), "next": _("the next one"), "ahead": _("ahead")}
        when = [self._at(mark["at"])] if mark["at"] else []
        head = _("Session %(number)s") % {"number": mark["session"]}
        return self.say.comma.join([f"{head}: {words[mark['state']]}", *when])

    def _step(self, step: Mapping[str, Any]) -> str:
        return f"{step['step']}{self.say.comma}{self._at(step['at'])}"

    def _reading(self, reading: Mapping[str, Any]) -> str:
        said = [f"{one['what']} {one['value']:g} {one['unit']}" for one in reading["values"]]
        return f"{self._at(reading['at'])}: {self.say.comma.join(said)}"

    def met(self, met: Met) -> list[Part]:
        """What they said before a meeting, at its door, and when they asked for help now."""
        _ = self.gettext
        return [
            (_("Questions before you meet"), [self._answered(one) for one in met.answers]),
            (_("Your visits"), [self._visit(one) for one in met.visits]),
            (_("Help now"), [self._ask(one) for one in met.asks]),
        ]

    def _answered(self, one: Mapping[str, Any]) -> Block:
        told = [(each["asked"], self._words(each["answers"])) for each in one["questions"] if each["answers"]]
        return block(self._at(one["changed_at"]), [], told)

    def _words(self, answers: Sequence[str]) -> str:
        return self.say.comma.join(self.gettext("yes") if one == "yes" else one for one in answers)

    def _visit(self, one: Mapping[str, Any]) -> Block:
        _ = self.gettext
        came = one["arrived_at"] or one["began_at"]
        small = [
            _("since %(when)s") % {"when": self._at(one["began_at"])} if one["began_at"] else "",
            _("ended: %(day)s") % {"day": self._at(one["ended_at"])} if one["ended_at"] else "",
        ]
        return block(self._at(came) if came else _("Nobody came"), small, self._where(one["at_the_door"] or {}))

    def _ask(self, one: Mapping[str, Any]) -> Block:
        _ = self.gettext
        safe = {"yes": _("Yes"), "no": _("No"), "unsure": _("I am not sure"), "unsaid": _("I would rather not say")}
        told = [(_("Are you safe right now?"), safe[one["safe"]]), (_("What it is about"), one["topic"])]
        ended = _("ended: %(day)s") % {"day": self._at(one["ended_at"])} if one["ended_at"] else ""
        return block(
            self._at(one["asked_at"]), [ended], [(head, said) for head, said in told if said] + self._where(one)
        )

    def _where(self, said: Mapping[str, Any]) -> list[tuple[str, str]]:
        _ = self.gettext
        told = {
            "place": _("Where you are"),
            "number": _("Your number"),
            "contact": _("Whom may we call if we worry about you?"),
        }
        return [(head, said[key]) for key, head in told.items() if said.get(key)]

    def practice(self, done: Sequence[Mapping[str, Any]]) -> list[Block]:
        """One block for each month, a line for each time."""
        when = [(self.say.local(datetime.fromisoformat(one["at"])), one) for one in done]
        months = groupby(when, key=lambda one: (one[0].year, one[0].month))
        found = [list(group) for _, group in months]
        return [block(self.say.month_year(one[0][0].date()), [], [("", self._times(one))]) for one in found]

    def _times(self, done: Sequence[tuple[datetime, Mapping[str, Any]]]) -> str:
        told = [
            (at, [self._called(one["exercise"]), plain(self._calm.span(one["seconds"])), *self._rated(one)])
            for at, one in done
        ]
        return "\n".join(f"{self.say.at(at)}: {self.say.comma.join(words)}" for at, words in told)

    def _rated(self, one: Mapping[str, Any]) -> list[str]:
        """Calm and mood before and after, as the page of what was done says them."""
        return [words for macro in (self._calm.calm_rated, self._calm.mood_rated) if (words := plain(macro(one)))]

    def _called(self, exercise: str) -> str:
        sat = next((one for one in sessions().values() if PREFIX + one.id == exercise), None)
        if sat:
            return sat.name[self.say.language]
        return plain(self._calm.called(exercise)) or exercise

    def _at(self, at: str) -> str:
        return self.say.full(datetime.fromisoformat(at))
