"""Reading what is typed into a step of a plan, and what is chosen about the plan. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from server.safety.plan.rules import lines_of

LONGEST = 4000
REVIEWS = (7, 30, 90, 0)
"""In how many days it is looked at again; 0: not by a day."""


@dataclass(frozen=True)
class Typed:
    """A step as typed over the writing of this number; `was`: what stood there when its page was drawn or last saved.

    `too_long` is the only thing that can be wrong with it.
    """

    text: str = field(repr=False)
    over: int
    was: str = field(default="", repr=False)
    too_long: bool = False


def typed_of(fields: Mapping[str, str]) -> Typed | None:
    """None where no page of ours sends this."""
    over = fields.get("version", "0")
    if not (over.isascii() and over.isdigit() and len(over) <= 9):
        return None
    text = fields.get("text", "").replace("\r\n", "\n")
    was = fields.get("was", "").replace("\r\n", "\n")
    return Typed(text, int(over), was, len("\n".join(lines_of(text))) > LONGEST)


def review_of(fields: Mapping[str, str], today: date) -> str | None:
    """The day that was chosen as it is kept, '' for none; None where no page of ours sends this."""
    days = fields.get("days", "")
    if days not in {str(one) for one in REVIEWS}:
        return None
    return (today + timedelta(days=int(days))).isoformat() if int(days) else ""
