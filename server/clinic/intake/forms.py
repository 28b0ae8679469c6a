"""What the builder of questions accepts: submitted fields -> a question or the words around them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from server.clinic.intake.rules import CHOOSES, Form, Kind, Question
from server.clinic.sheet import TEXT_LENGTH, Fields, Reason, Sheet
from server.clinic.tongues import Longest, parse_said, said_fields
from server.tongues import Said

ASK_LENGTH = 300
CONSENT_LENGTH = 2000
HINT_LENGTH = 300
CHOICE_LENGTH = 120
FEWEST, MOST = 2, 20
HINT = {"hint": HINT_LENGTH}
INTRO = Longest({}, {"intro": TEXT_LENGTH})


def parse_question(
    question_id: str, kind: Kind, fields: Fields, languages: Sequence[str] = (), said: Said | None = None
) -> Question | dict[str, Reason]:
    """A question as typed; the choices stand one on a line, each counts once. `said`: its words in other languages so
    far, `languages`: those that the form asks for.
    """
    sheet = Sheet(fields)
    if kind is Kind.CONSENT:
        ask = sheet.text("ask", CONSENT_LENGTH)
        if not ask:
            sheet.reasons["ask"] = Reason.MISSING
    else:
        ask = sheet.line("ask", ASK_LENGTH)
    hint = sheet.line("hint", HINT_LENGTH, needed=False)
    choices = tuple(_choices(sheet)) if kind in CHOOSES else ()
    told = _said(sheet, kind, choices, languages, said)
    return sheet.answer(Question(question_id, kind, ask, hint, choices, sheet.ticked("needed"), said=told))


def _said(
    sheet: Sheet, kind: Kind, choices: Sequence[str], languages: Sequence[str], before: Said | None
) -> Said | None:
    """The same in other languages, where there are as many choices in each."""
    fields = dict(sheet.fields)
    for name in (f"choices_{tag}" for tag in languages):
        if name in fields:
            fields[name] = "\n".join(_lines(fields[name]))
            if fields[name] and len(fields[name].split("\n")) != len(choices):
                sheet.reasons[name] = Reason.UNEVEN
    longest = (
        Longest(HINT, {"ask": CONSENT_LENGTH}) if kind is Kind.CONSENT else Longest({"ask": ASK_LENGTH, **HINT}, {})
    )
    if kind in CHOOSES:
        longest = Longest(longest.lines, {"choices": MOST * (CHOICE_LENGTH + 1)})
    other = Sheet(fields)
    found = parse_said(other, languages, longest, before)
    sheet.reasons |= other.reasons
    return found


def _lines(text: str) -> list[str]:
    """What stands on the lines, each without needless space, and no empty ones."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _choices(sheet: Sheet) -> list[str]:
    found = list(dict.fromkeys(_lines(sheet.fields.get("choices", ""))))
    if len(found) < FEWEST:
        sheet.reasons["choices"] = Reason.FEW
    elif len(found) > MOST or any(len(line) > CHOICE_LENGTH for line in found):
        sheet.reasons["choices"] = Reason.TOO_LONG
    return found


def question_fields(question: Question) -> dict[str, str]:
    """The fields that `parse_question` reads back."""
    return {
        **said_fields(question.said),
        "ask": question.ask,
        "hint": question.hint,
        "choices": "\n".join(question.choices),
        "needed": "yes" if question.needed else "",
    }


def parse_frame(form: Form, fields: Fields, languages: Sequence[str] = ()) -> Form | dict[str, Reason]:
    """The words before the questions, and when they are asked."""
    sheet = Sheet(fields)
    intro = sheet.text("intro")
    at_booking, each_time = sheet.ticked("at_booking"), sheet.ticked("each_time")
    said = parse_said(sheet, languages, INTRO, form.said)
    return sheet.answer(replace(form, intro=intro, at_booking=at_booking, each_time=each_time, said=said))


def frame_fields(form: Form) -> dict[str, str]:
    """The fields that `parse_frame` reads back."""
    ticked = {"at_booking": form.at_booking, "each_time": form.each_time}
    return {**said_fields(form.said), "intro": form.intro} | {name: "yes" if on else "" for name, on in ticked.items()}


def kind_of(fields: Mapping[str, str]) -> Kind | None:
    """The kind that a new question is to be."""
    return next((kind for kind in Kind if kind == fields.get("kind")), None)


def seen_of(fields: Mapping[str, str]) -> int:
    """The revision that a page was made from; -1 for none that ever was."""
    seen = fields.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 7 else -1
