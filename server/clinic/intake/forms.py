"""What the builder of questions accepts: submitted fields -> a question or the words around them. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from server.clinic.intake.rules import CHOOSES, Form, Kind, Question
from server.clinic.sheet import Fields, Reason, Sheet

ASK_LENGTH = 300
CONSENT_LENGTH = 2000
HINT_LENGTH = 300
CHOICE_LENGTH = 120
FEWEST, MOST = 2, 20


def parse_question(question_id: str, kind: Kind, fields: Fields) -> Question | dict[str, Reason]:
    """A question as typed; the choices stand one on a line, each counts once."""
    sheet = Sheet(fields)
    if kind is Kind.CONSENT:
        ask = sheet.text("ask", CONSENT_LENGTH)
        if not ask:
            sheet.reasons["ask"] = Reason.MISSING
    else:
        ask = sheet.line("ask", ASK_LENGTH)
    hint = sheet.line("hint", HINT_LENGTH, needed=False)
    choices = tuple(_choices(sheet)) if kind in CHOOSES else ()
    return sheet.answer(Question(question_id, kind, ask, hint, choices, sheet.ticked("needed")))


def _choices(sheet: Sheet) -> list[str]:
    lines = [" ".join(line.split()) for line in sheet.fields.get("choices", "").splitlines()]
    found = list(dict.fromkeys(line for line in lines if line))
    if len(found) < FEWEST:
        sheet.reasons["choices"] = Reason.FEW
    elif len(found) > MOST or any(len(line) > CHOICE_LENGTH for line in found):
        sheet.reasons["choices"] = Reason.TOO_LONG
    return found


def question_fields(question: Question) -> dict[str, str]:
    """The fields that `parse_question` reads back."""
    return {
        "ask": question.ask,
        "hint": question.hint,
        "choices": "\n".join(question.choices),
        "needed": "yes" if question.needed else "",
    }


def parse_frame(form: Form, fields: Fields) -> Form | dict[str, Reason]:
    """The words before the questions, and when they are asked."""
    sheet = Sheet(fields)
    intro = sheet.text("intro")
    at_booking, each_time = sheet.ticked("at_booking"), sheet.ticked("each_time")
    return sheet.answer(replace(form, intro=intro, at_booking=at_booking, each_time=each_time))


def frame_fields(form: Form) -> dict[str, str]:
    """The fields that `parse_frame` reads back."""
    ticked = {"at_booking": form.at_booking, "each_time": form.each_time}
    return {"intro": form.intro} | {name: "yes" if on else "" for name, on in ticked.items()}


def kind_of(fields: Mapping[str, str]) -> Kind | None:
    """The kind that a new question is to be."""
    return next((kind for kind in Kind if kind == fields.get("kind")), None)


def seen_of(fields: Mapping[str, str]) -> int:
    """The revision that a page was made from; -1 for none that ever was."""
    seen = fields.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 7 else -1
