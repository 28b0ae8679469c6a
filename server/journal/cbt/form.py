"""What stands on the form of a tool: nothing yet, an entry that is changed, or what was sent and needs a look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from server.journal.cbt.forms import key_of, named
from server.journal.cbt.rules import Field, Tool, Type
from server.journal.cbt.telling import OF, Told
from server.journal.door import Fields, Mine, one_of
from server.journal.rules import MOST_BACK, Setting, Share

PATH = "/me/tools"


@dataclass(frozen=True)
class Form:
    """What journal/cbt/form.html draws. `values`: what stands in each field, by its name in the form; `entry`: the page
    of the one that is changed; `of`: the ladder that a step is of, `step`: which one; `task`: the homework that it is
    for.
    """

    tool: Tool
    form: str
    id: str
    today: date
    first: date
    last: date
    share: Share
    values: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    action: str = ""
    entry: str = ""
    number: int = 0
    day: str = ""
    of: str = ""
    step: str = ""
    task: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What stands in a field; '' where nothing does."""
        found = self.values.get(name)
        return found[-1] if found else ""

    def filled_rows(self, of: Field) -> int:
        """How many rows are seen at once: those that say something, and as many as the tool shows at first."""
        begins = [f"{of.id}-{number}-" for number in range(of.rows)]
        there = [at for at, begin in enumerate(begins, 1) if any(name.startswith(begin) for name in self.values)]
        return max(of.shown, *there) if there else of.shown


def blank_form(mine: Mine, tool: Tool, setting: Setting, form: str) -> Form:
    first, last = mine.today - MOST_BACK, mine.today + timedelta(days=tool.ahead)
    action = f"{PATH}/{tool.id}"
    return Form(tool, tool.form(form), str(uuid4()), mine.today, first, last, setting.share, action=action)


def form_of(mine: Mine, one: Told, setting: Setting, wanted: str = "") -> Form:
    """The form with an entry in it, or a longer one that it is to go on in."""
    entry = one.entry
    blank = blank_form(mine, one.tool, setting, one.tool.wider(one.form, wanted or one.form))
    return replace(
        blank,
        id=str(entry.id),
        share=entry.share,
        values=flat(one.tool, one.said),
        action=f"{one.href}/change",
        entry=one.href,
        number=entry.number,
        day=entry.day.isoformat(),
        of=str(entry.value.get(OF, "")),
    )


def mended(form: Form, fields: Fields, reasons: Mapping[str, str]) -> Form:
    """The form as it was sent, with what is wrong."""
    share = one_of(fields, "share")
    return replace(
        form,
        id=form.id if "id" in reasons else one_of(fields, "id") or form.id,
        values=fields,
        day=one_of(fields, "day"),
        of=one_of(fields, "of"),
        step=one_of(fields, "step"),
        task=one_of(fields, "task"),
        share=Share(share) if share in set(Share) else form.share,
        reasons=reasons,
    )


def flat(tool: Tool, said: Mapping[str, Any]) -> dict[str, list[str]]:
    """What an entry says, by the names of fields in the form."""
    found: dict[str, list[str]] = {}
    for one in tool.fields_of(tool.forms[-1].key):
        if one.type is Type.ROWS:
            inner = [*one.fields, *tool.later(one.id, tool.forms[-1].key)]
            for number, bare in enumerate(said.get(one.id, ())):
                row = _signed(one, bare)
                found |= {named(one.id, number, each.id): _texts(row[each.id]) for each in inner if each.id in row}
        elif one.type is not Type.AGAIN and one.id in said:
            found[one.id] = _texts(said[one.id])
    return found


def _signed(of: Field, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row with its key, also one from before rows had any."""
    keys = [one.id for one in of.fields if one.type is Type.KEY and one.id not in row]
    words = " ".join(str(row[one.id]) for one in of.fields if one.type.free and one.id in row)
    return {**row, **dict.fromkeys(keys, key_of(words))}


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return ["yes"] if value is True else [str(value)]
