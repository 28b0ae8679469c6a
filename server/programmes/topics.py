"""What of the programmes awaits a clinician: each definition that has figures or plans which no label gives."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.confirming.rules import Topic
from server.clinic.confirming.store import standing
from server.clinic.confirming.topics import Asks
from server.programmes import store
from server.programmes.catalogue import shipped
from server.programmes.definition import Definition
from server.programmes.filed.store import offered, own_of
from server.programmes.store import Pinned

READ = "/staff/programmes/read"


def key_of(definition: Definition) -> str:
    return f"programme-{definition.id}-{definition.version}"


def needs_somebody(definition: Definition) -> bool:
    """Whether a clinician has to stand up for it: where no label gives all of it, and always where it is not Parlour's
    own, as what was left out of it is said by no figure.
    """
    return bool(definition.awaited) or definition.id not in shipped()


async def is_confirmed(db: AsyncSession, clinic_id: UUID, definition: Definition, digest: str) -> bool:
    """Whether a clinician stands up for this very version, or no figure of it needs one."""
    return not await awaiting(db, clinic_id, [Pinned(definition, digest)])


async def awaiting(db: AsyncSession, clinic_id: UUID, several: Iterable[Pinned]) -> frozenset[str]:
    """The digests of those of these versions for which no clinician of the clinic stands up; one statement."""
    asked = [one for one in several if needs_somebody(one.definition)]
    sure = await standing(db, clinic_id, {key_of(one.definition) for one in asked}) if asked else ()
    return frozenset(one.digest for one in asked if (key_of(one.definition), one.digest) not in sure)


async def programme_topics(asks: Asks) -> Sequence[Topic]:
    """Every programme, every version that the clinic brought, and every one that courses go on by, also where a newer
    one came with the program since. Those are in use by which it begins courses, or by which some go on.
    """
    given, _ = await store.given(asks.db, asks.clinic.id)
    known, own = await offered(asks.db, asks.clinic.id), await own_of(asks.db, asks.clinic.id)
    begins = {one.pinned.digest for key, one in known.items() if key in given}
    brought = [Pinned(each.definition, each.digest) for one in own.values() for each in one.versions]
    going = {one.digest: one for one in await store.going_by(asks.db, asks.clinic.id) if not one.definition.faults}
    here = {one.digest: one for one in [*(each.pinned for each in known.values()), *brought]}
    used, every = begins | going.keys(), {**here, **going}.values()
    return [
        _topic(asks, one, one.digest in used, older=one.digest not in here)
        for one in every
        if needs_somebody(one.definition)
    ]


def _topic(asks: Asks, pinned: Pinned, in_use: bool, *, older: bool) -> Topic:
    """`older`: courses go on by it, and none begins by it any more."""
    _, one = asks.gettext, pinned.definition
    own = one.id not in shipped()
    beside = _("%(name)s: version %(version)s, by which courses go on")
    asked = f"digest={pinned.digest}" if older else f"version={one.version}" if own else ""
    whole = _("What your clinic changed, added and left out: its steps, its gates and what its answers come to")
    return Topic(
        key=key_of(one),
        area=_("Programmes"),
        name=beside % {"name": one.name, "version": one.version} if older else one.name,
        version=pinned.digest,
        awaits=[_("Its figures, its plan, and which answers ask for a look or a reason"), *([whole] if own else ())],
        figures=[(figure.what, figure.said) for figure in one.figures.values() if not figure.label],
        sources=list(dict.fromkeys(awaited.source for awaited in one.awaited)),
        look=f"{READ}/{one.id}" + (f"?{asked}" if asked else ""),
        in_use=in_use,
        several=True,
    )
