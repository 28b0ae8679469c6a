"""What of the tools between meetings awaits a clinician: their words, and the few numbers that no source gives."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from server.clinic.confirming.rules import Topic, version_of
from server.clinic.confirming.topics import Asks
from server.journal.cbt.catalogue import tools
from server.journal.cbt.ladder import BEGIN, FLAGS, HALF
from server.journal.cbt.rules import Tool

PREFIX = "tool-"


def key_of(tool: Tool) -> str:
    return PREFIX + tool.id


@cache
def tool_version(tool_id: str) -> str:
    """The version of a tool: its file, and for a step of a ladder the numbers by which it moves on."""
    file = files("server.journal.cbt") / "tools" / f"{tool_id}.json"
    numbers = [BEGIN, HALF, sorted(FLAGS)] if tool_id in {"ladder", "facing"} else []
    return version_of([json.loads(file.read_text(encoding="utf-8")), numbers])


async def tool_topics(asks: Asks) -> Sequence[Topic]:
    """Each tool by itself: its words are to be read."""
    return [_topic(asks, one) for one in tools().values()]


def _topic(asks: Asks, tool: Tool) -> Topic:
    _ = asks.gettext
    awaits = {
        "wording": _("its words"),
        "patterns": _("the list of patterns of thinking, which varies by author"),
        "slot": _("how long the time for worries is, and until when in the day"),
        "flags": _("what is not to be faced alone before the therapist says so"),
        "anchors": _("what the numbers from 0 to 100 mean"),
        "when to move on": _("when it may be time for the next step"),
    }
    return Topic(
        key=key_of(tool),
        area=_("Tools for between"),
        name=tool.name.get(asks.language, tool.name["en"]),
        version=tool_version(tool.id),
        awaits=[awaits[one] for one in tool.awaits],
        figures=_figures(asks, tool),
        sources=[tool.source],
    )


def _figures(asks: Asks, tool: Tool) -> list[tuple[str, str]]:
    _ = asks.gettext
    if tool.slot:
        told = _("%(least)s to %(most)s minutes, begun by %(latest)s at the latest") % dict(tool.slot)
        return [(tool.name.get(asks.language, tool.name["en"]), told)]
    if tool.id == "ladder":
        return [(_("A good step to begin with"), f"{BEGIN[0]}\N{EN DASH}{BEGIN[1]}")]
    if tool.id == "facing":
        words = _("after two times, once the peak is %(share)g %% of the first; or once it did not come true")
        return [(_("The next step"), words % {"share": HALF * 100})]
    return []
