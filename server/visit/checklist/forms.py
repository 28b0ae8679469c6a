"""Submitted fields of the checklist -> a value, or the reason why not. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from server.clinic.licences.rules import Place
from server.clinic.sheet import Sheet
from server.clinic.tongues import Longest, parse_said, said_fields
from server.tongues import Said as Spoken
from server.visit.checklist.rules import DECISIONS, Catalogue, How, Kind, Line, Reply, Setting
from server.visit.forms import FieldReason, one_line, version_of

LONGEST = 500
LONGEST_ASK = 160
LONGEST_WORDS = 1500
MOST_STEPS = 8
Regions = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Draft:
    """A reply and the number of the row it was given over; 0: there was none."""

    reply: Reply
    over: int


def reply_of(
    line: Line, fields: Mapping[str, object], countries: Collection[str], regions: Regions
) -> Draft | FieldReason:
    """An answer to this line, or a reason to waive it."""
    over, text = version_of(fields, "over"), one_line(fields.get("text"), LONGEST)
    if over is None:
        return FieldReason.UNKNOWN
    if len(text) > LONGEST:
        return FieldReason.TOO_LONG
    if fields.get("how") == How.WAIVE:
        return Draft(Reply(How.WAIVE, text=text), over) if text else FieldReason.MISSING
    word = str(fields.get("word", ""))
    if line.kind is Kind.YES_NO:
        return Draft(Reply(How.ANSWER, word, text), over) if word in {"yes", "no"} else FieldReason.MISSING
    if not text:
        return FieldReason.MISSING
    place = place_of(fields, countries, regions) if line.kind is Kind.PLACE else Place()
    return Draft(Reply(How.ANSWER, text=text, place=place), over)


def place_of(fields: Mapping[str, object], countries: Collection[str], regions: Regions) -> Place:
    """Country and region as chosen; what is none of the choices is left out."""
    country, region = str(fields.get("country", "")), str(fields.get("region", ""))
    if country not in countries:
        return Place()
    return Place(country, region if region in regions.get(country, ()) else "")


def decision_of(fields: Mapping[str, object], allowed: Collection[How], place: Place) -> Draft | FieldReason:
    """What is done about a place without a licence; all but a kind end want a reason."""
    over, text = version_of(fields, "over"), one_line(fields.get("text"), LONGEST)
    how = next((one for one in DECISIONS if one == fields.get("how")), None)
    if over is None or how is None or how not in {*allowed, How.END_KINDLY}:
        return FieldReason.UNKNOWN
    if len(text) > LONGEST:
        return FieldReason.TOO_LONG
    if how is not How.END_KINDLY and not text:
        return FieldReason.MISSING
    return Draft(Reply(how, text=text, place=place), over)


def setting_of(
    catalogue: Catalogue, fields: Mapping[str, str], languages: Sequence[str] = (), before: Spoken | None = None
) -> tuple[Setting, dict[str, FieldReason]]:
    """What a clinic chose, and a reason for each field that is too long. Our own words are not kept as theirs.
    `languages`: the others that its words may be in, `before`: what was written in some."""
    sheet = Sheet(fields)
    words = {line.key: one_line(fields.get(f"words_{line.key}"), LONGEST_ASK) for line in catalogue.lines}
    steps = [one_line(step, LONGEST) for step in fields.get("backup", "").splitlines()]
    kindly = fields.get("kindly", "").replace("\r\n", "\n").strip()
    setting = Setting(
        on=frozenset(line.key for line in catalogue.lines if fields.get(f"on_{line.key}")),
        words={line.key: words[line.key] for line in catalogue.lines if words[line.key] not in {"", line.ask}},
        allowed=frozenset(one for one in DECISIONS if fields.get(f"allow_{one}") or one is How.END_KINDLY),
        kindly=kindly,
        said=parse_said(sheet, languages, Longest({}, {"kindly": LONGEST_WORDS}), before),
        backup=tuple(step for step in steps if step) or tuple(catalogue.backup),
    )
    problems = {f"words_{key}": FieldReason.TOO_LONG for key, ask in words.items() if len(ask) > LONGEST_ASK}
    problems |= dict.fromkeys(sheet.reasons, FieldReason.TOO_LONG)
    if len(kindly) > LONGEST_WORDS:
        problems["kindly"] = FieldReason.TOO_LONG
    if len(setting.backup) > MOST_STEPS or _any_longer(setting.backup):
        problems["backup"] = FieldReason.TOO_LONG
    return setting, problems


def _any_longer(steps: Sequence[str]) -> bool:
    return any(len(step) > LONGEST for step in steps)


def setting_fields(catalogue: Catalogue, setting: Setting) -> dict[str, str]:
    """The fields that `setting_of` reads back."""
    fields = said_fields(setting.said) | {"kindly": setting.kindly, "backup": "\n".join(setting.backup)}
    for line in catalogue.lines:
        fields[f"on_{line.key}"] = "yes" if line.key in setting.on else ""
        fields[f"words_{line.key}"] = setting.words.get(line.key) or line.ask
    return fields | {f"allow_{one}": "yes" if one in setting.allowed else "" for one in DECISIONS}
