"""A summary as it is read and printed: headings, lines and figures in one language, as plain data. Pure.

The shape is that of a record on paper (`record.export.printed`), so that one sheet prints both.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server.moments import Speaker
from server.programmes.around import StopRule
from server.programmes.baseline import preset_of
from server.programmes.changes import Kind
from server.programmes.keeping import Opened
from server.programmes.outcome import Outcome
from server.programmes.questions import Answer, Question
from server.programmes.shown import Shown
from server.programmes.summary.facts import Answers, Happened, begun_later, happened, longest_gap, settings, stop_words
from server.record.care.rules import Entry
from server.record.export.printed import Block, Part, Printer, block
from server.templates import translations
from server.tongues import LANGUAGES


@dataclass(frozen=True)
class About:
    """What a summary is made of. `recipient` and `steps` are what a clinician typed; `medicines` count today;
    `awaits`: no clinician confirmed this version of the programme."""

    clinic: str
    patient: str = field(repr=False)
    writer: str
    at: datetime
    recipient: str = field(repr=False)
    steps: str = field(repr=False)
    opened: Opened = field(repr=False)
    one: Shown = field(repr=False)
    outcomes: Sequence[Outcome] = field(repr=False)
    medicines: Sequence[Entry] = field(repr=False)
    rules: Sequence[StopRule] = ()
    awaits: bool = False


class Teller:
    """Says a summary to a reader of this language, in the clinic's zone."""

    def __init__(self, say: Speaker) -> None:
        self._say = say
        self._ = translations(say.language).gettext

    def paper(self, it: About) -> dict[str, Any]:
        """What `record.typ` prints."""
        _ = self._
        parts: list[Part] = [
            (_("What was planned"), [self._plan(it)]),
            (_("What was done"), [self._sessions(it), *self._changes(it)]),
            (_("Measures"), [self._measure(one) for one in it.outcomes]),
            (_("What happened, and answers that stop"), [self._happened(one) for one in happened(it.opened)]),
            (_("As the sessions were set"), [self._setting(*one) for one in settings(it.opened)]),
            (_("Medicines"), Printer(self._say, _).entries(it.medicines, it.at)),
            (_("Next steps"), [block(it.writer, [], [("", it.steps)])] if it.steps else []),
        ]
        return {
            "title": _("Summary of a course"),
            "clinic": it.clinic,
            "lang": self._say.language,
            "dir": LANGUAGES[self._say.language],
            "made": _("Made on %(day)s") % {"day": self._say.full(it.at)},
            "calm": _("It says what is recorded, and concludes nothing from it."),
            "beside": _("It was written with the patient’s agreement to share it with who else treats them."),
            "inside": "",
            "facts": [(_("Name"), it.patient), (_("For"), it.recipient), (_("Written by"), it.writer)],
            "parts": [{"title": title, "blocks": list(blocks)} for title, blocks in parts if blocks],
        }

    def _plan(self, it: About) -> Block:
        _, definition, preset = self._, it.one.programme.definition, preset_of(it.opened)
        phases = [f"{phase.name}: {phase.sessions}" for phase in definition.phases]
        nobody = _("which no clinician of the clinic had confirmed by then")
        small = [_("version %(version)s") % {"version": definition.version}, *([nobody] if it.awaits else [])]
        texts = [("", definition.about), (_("Sessions"), "\n".join(phases))]
        if preset:
            words = _("version %(version)s") % {"version": preset.version}
            told = [preset.name, words]
            if preset.key in it.opened.presets.unsure:
                told.append(nobody)
            texts.append((_("Preset of the sessions"), self._say.comma.join(told)))
        return block(definition.name, small, texts)

    def _sessions(self, it: About) -> Block:
        _, programme, done = self._, it.one.programme, it.opened.standing.done
        small = [
            _("%(over)s of %(total)s sessions") % {"over": it.one.over, "total": it.one.total},
            _("since %(when)s") % {"when": self._day(programme.began_at)},
            _("ended: %(day)s") % {"day": self._day(programme.ended_at)} if programme.ended_at else "",
            _("paused") if programme.paused and not programme.ended_at else "",
        ]
        later = begun_later(it.opened)
        lines = [f"{session}: {self._when(at, later.get(session))}" for session, at in sorted(done.begun.items())]
        gap = longest_gap(done.begun, programme.zone)
        words = _("%(days)s days, from session %(one)s to %(other)s")
        told = words % {"days": gap.days, "one": gap.after, "other": gap.after + 1} if gap else ""
        missed = [f"{step.name}: {self._say.full(at)}" for step, _key, at in reversed(it.one.missed)]
        texts = [(_("Sessions"), "\n".join(lines)), (_("The longest time between two sessions"), told)]
        texts.append((_("Not done in its time"), "\n".join(missed)))
        return block(_("The course"), small, [(head, text) for head, text in texts if text])

    def _changes(self, it: About) -> list[Block]:
        """What was changed and why, in the words of who did; and stop rules that were true."""
        _ = self._
        names = {
            Kind.PAUSE: _("Paused"), Kind.RESUME: _("Goes on"), Kind.EXTEND: _("More sessions"), Kind.END: _("Ended"),
            Kind.PACE: _("Another distance between sessions"),
        }  # fmt: skip
        found = []
        for word in stop_words(it.one.words):
            assert not word.is_override
            found.append(block(names[word.what.kind], [self._say.full(word.what.at)], [("", word.reason)]))  # type: ignore[union-attr]
        rules = [rule.words for rule in it.rules]
        return (
            [*found, block(_("What its definition names for looking again"), [], [("", "\n".join(rules))])]
            if rules
            else found
        )

    def _measure(self, one: Outcome) -> Block:
        _ = self._
        texts = []
        if one.has_first:
            texts.append((_("Before the first session"), self._total(one.points[0].at, one.points[0].total)))
        since = one.points[1:] if one.has_first else one.points
        lines = [
            f"{self._total(point.at, point.total)}{self._say.comma}{self._after(one, point.at)}" for point in since
        ]
        texts.append((_("Since then"), "\n".join(lines)))
        return block(one.instrument.title, [], [(head, text) for head, text in texts if text])

    def _after(self, one: Outcome, at: datetime) -> str:
        count = sum(begun <= at for begun in one.begun.values())
        return self._("sessions by then: %(num)s") % {"num": count}

    def _total(self, at: datetime, total: int) -> str:
        return f"{self._day(at)}: {total}"

    def _happened(self, one: Happened) -> Block:
        small = [self._when(one.at, one.later), self._session(one.session)]
        return block(one.step.name, small, [("", self._answers(one.answers))] if one.answers else [])

    def _when(self, at: datetime, later: datetime | None) -> str:
        """When it was, and when it was written where that was later."""
        if later is None:
            return self._say.full(at)
        return self._("%(at)s (written %(later)s)") % {"at": self._say.full(at), "later": self._say.full(later)}

    def _setting(self, session: int, answers: Answers) -> Block:
        return block(self._session(session), [], [("", self._answers(answers))])

    def _session(self, session: int) -> str:
        return self._("Session %(number)s") % {"number": session} if session else ""

    def _answers(self, answers: Answers) -> str:
        return "\n".join(f"{one.text}: {self._answer(one, text)}" for one, text in answers)

    def _answer(self, one: Question, text: str) -> str:
        _ = self._
        if one.answer in (Answer.YES_NO, Answer.AGREE):
            return {"yes": _("Yes"), "no": _("No"), "unknown": _("Not known")}.get(text, text)
        if one.answer is Answer.CHOICE:
            return one.options.get(text, text)
        return f"{text} {one.unit}".strip() if one.answer in (Answer.NUMBER, Answer.PRODUCT) else text

    def _day(self, at: datetime) -> str:
        return self._say.day_year(self._say.local(at).date())
