"""The presets of a clinic as a clinician confirms them: what a source says of a session, with that source."""

from collections.abc import Sequence

from server.clinic.confirming.rules import Topic
from server.clinic.confirming.topics import Asks
from server.programmes import store
from server.programmes.filed.store import offered as programmes
from server.programmes.presets.rules import Preset
from server.programmes.presets.store import presets_of

LOOK = "/staff/programmes/presets"


async def preset_topics(asks: Asks) -> Sequence[Topic]:
    """Every one that can be chosen and that no label says; those are in use whose programme the clinic gives."""
    given, _number = await store.given(asks.db, asks.clinic.id)
    known = (await programmes(asks.db, asks.clinic.id)).items()
    given |= {one.pinned.definition.based_on for key, one in known if key in given}
    offered = (await presets_of(asks.db, asks.clinic.id)).offered
    return [_topic(asks, one, bool(one.programmes & given)) for one in offered if not one.label]


def _topic(asks: Asks, one: Preset, in_use: bool) -> Topic:
    _ = asks.gettext
    figures = [(_("Percent of the motor threshold"), _span(one.intensity)), (_("Pulses"), _span(one.pulses))]
    figures += [(_("Minutes"), _span(one.minutes))] if one.minutes else []
    key, version = one.topic
    return Topic(
        key=key,
        area=_("Programmes"),
        name=one.name,
        version=version,
        awaits=[_("Its target, its pattern and its figures")],
        figures=figures,
        sources=[one.source],
        look=f"{LOOK}#{one.id}",
        in_use=in_use,
    )


def _span(span: tuple[float, float]) -> str:
    return f"{span[0]:g}" if span[0] == span[1] else f"{span[0]:g}-{span[1]:g}"
