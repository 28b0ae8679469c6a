"""What of help now awaits a clinician: who goes before whom, and who is called when."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.confirming.rules import Topic, version_of
from server.clinic.confirming.store import confirmed
from server.clinic.confirming.topics import Asks
from server.support.ladder.rules import Rung, ladder_for
from server.support.rules import MINUTE, WORTH, Lift, Rules
from server.support.store import rules_of

KEY = "support"


def version(rules: Rules) -> str:
    """The version of what holds at a clinic: what an answer is worth, and its two ladders in seconds."""
    worth = {lift: span.total_seconds() for lift, span in WORTH.items()}
    ladders = {lift: _seconds(rules, lift) for lift in (Lift.NONE, Lift.DANGER)}
    return version_of({"worth": worth, "ladders": ladders})


async def is_confirmed(db: AsyncSession, clinic_id: UUID, rules: Rules) -> bool:
    return await confirmed(db, clinic_id, KEY, version(rules))


async def support_topics(asks: Asks) -> Sequence[Topic]:
    """One, by what holds at this clinic."""
    _, rules = asks.gettext, await rules_of(asks.db, asks.clinic.id)
    minutes = _("before those who came up to %(minutes)s minutes earlier")
    worth = {lift: minutes % {"minutes": WORTH[lift] // MINUTE} for lift in (Lift.DANGER, Lift.UNSURE)}
    return [
        Topic(
            key=KEY,
            area=_("Safety"),
            name=_("The line for help now"),
            version=version(rules),
            awaits=[
                _("how many minutes an answer about safety lifts somebody"),
                _("after how many seconds each step of the ladder comes"),
            ],
            figures=[
                (_("Who is not safe"), worth[Lift.DANGER]),
                (_("Who is not sure"), worth[Lift.UNSURE]),
                (_("Who is called, after seconds"), _steps(rules, Lift.NONE, _)),
                (_("The same for who is not safe"), _steps(rules, Lift.DANGER, _)),
            ],
            sources=[_("Our own proposal")],
            in_use=rules.in_use,
        )
    ]


def _seconds(rules: Rules, lift: Lift) -> dict[str, float]:
    return {step.rung: step.after.total_seconds() for step in ladder_for(lift, rules)}


def _steps(rules: Rules, lift: Lift, gettext: Callable[[str], str]) -> str:
    _ = gettext
    names = {
        Rung.ON_CALL: _("who is on call"),
        Rung.AGAIN: _("they once more"),
        Rung.LEAD: _("front desk and who leads"),
        Rung.HAND_OVER: _("a crisis line is offered"),
    }
    return "; ".join(f"{seconds:g}: {names[Rung(rung)]}" for rung, seconds in _seconds(rules, lift).items())
