"""What of the safety plan awaits a clinician: its steps in our words, and when it is looked at again."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from server.clinic.confirming.rules import Topic, version_of
from server.clinic.confirming.topics import Asks
from server.safety.plan.catalogue import shape

KEY = "safety-plan"


@cache
def version() -> str:
    return version_of(json.loads((files("server.safety.plan") / "plan.json").read_text(encoding="utf-8")))


async def plan_topics(asks: Asks) -> Sequence[Topic]:
    """One: the plan as a whole."""
    _, plan = asks.gettext, shape()
    steps = {
        "signs": _("How I notice that it gets hard"),
        "alone": _("What I can do by myself"),
        "around": _("People and places that take my mind off it"),
        "ask": _("People I can ask for help"),
        "professionals": _("Professionals and helplines"),
        "safer": _("How I make it safer around me"),
        "reasons": _("What I most want to live for"),
    }
    return [
        Topic(
            key=KEY,
            area=_("Safety"),
            name=_("The safety plan"),
            version=version(),
            awaits=[
                _("the words of the seven steps"),
                _("what I most want to live for as a step of its own"),
                _("when the plan is looked at again"),
            ],
            figures=[
                (_("The steps"), "; ".join(steps.get(one, one) for one in plan.order)),
                (_("Looked at again after"), _("%(days)s days") % {"days": plan.review.days}),
            ],
            sources=plan.sources,
        )
    ]
