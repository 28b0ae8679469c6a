"""Asking a measure that a later feature wants, in the version that the clinic would use now."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.house import House
from server.measures import store
from server.measures.catalogue import shipped, shipped_data


async def version_to_ask(db: AsyncSession, clinic_id: UUID, key: str, house: House) -> UUID | None:
    """What the clinic asks by its own rules, else its own newest version, else ours; None of what cannot be asked: it
    is not there, or comes without its questions.
    """
    rule = next((one for one in (await store.setting_of(db, clinic_id)).rules if one.key == key), None)
    if rule:
        return rule.version_id
    own = [one for one in (await store.versions_of(db, clinic_id)).values() if one.own and one.instrument.id == key]
    if own:
        return None if own[-1].instrument.shell else own[-1].id
    known = shipped().get(key)
    if known is None or known.shell:
        return None
    return await store.keep_version(db, clinic_id, dict(shipped_data()[key]), None, house.clock(), own=False)
