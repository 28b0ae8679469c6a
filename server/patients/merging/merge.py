"""Making one record of two as a whole step: look, seal anew, write in one unit, and gather what came late.

Everything sealed for the record that goes is opened with its key and sealed with the other's, outside of the unit; the
unit writes only if all of it is still as it was seen. Who was just writing about the old record seals with the old key;
`follow` finds that within a minute. The old key stays for it.
"""

from uuid import UUID

from server.crypto import Keyring, SealBroken, seal, unseal
from server.house import House
from server.outbox import Job
from server.patients import store as patients
from server.patients.merging import store
from server.patients.merging.rules import Choice, Refusal, joined
from server.patients.merging.store import Blob, Plan, Seen

ROUNDS = 4


async def merge(
    house: House, clinic_id: UUID, kept_id: UUID, gone_id: UUID, choice: Choice, by_id: UUID
) -> Refusal | None:
    """Make `gone_id` part of `kept_id`; or why not. Of two who try at once, one does."""
    ring = await house.keys.clinic(clinic_id)
    for _ in range(ROUNDS):
        keys = await house.keys.patients(clinic_id, [kept_id, gone_id])
        seen = await house.db.read(lambda db: store.look(db, clinic_id, kept_id, gone_id))
        if isinstance(seen, Refusal):
            return seen
        if len(keys) != 2:
            return Refusal.UNKNOWN
        plan = _planned(seen, ring, keys[kept_id], keys[gone_id], choice, by_id)
        if await _written(house, plan):
            house.outbox.nudge()
            await house.live.changed(f"day:{clinic_id}")
            return None
    return Refusal.CHANGED


async def _written(house: House, plan: Plan) -> bool:
    now = house.clock()
    return await house.db.unit(lambda db: store.write(db, plan, now))


def _planned(seen: Seen, ring: Keyring, kept: Keyring, gone: Keyring, choice: Choice, by_id: UUID) -> Plan:
    person = joined(patients.opened(seen.kept, kept), patients.opened(seen.gone, gone), choice)
    row = patients.sealed(ring, kept, person, seen.kept.made_at)
    columns = {column: getattr(row, column) for column in (*store.OWN, "mail_index", "phone_index", "name_index")}
    columns["arrival_sealed"] = seen.kept.arrival_sealed or _last_arrival(seen, kept, gone)
    sealed = [again(blob, ring.owner, gone, kept) for blob in seen.blobs]
    return Plan(seen, sealed, columns, by_id)


def _last_arrival(seen: Seen, kept: Keyring, gone: Keyring) -> bytes | None:
    if seen.gone.arrival_sealed is None:
        return None
    clinic_id = seen.kept.clinic_id
    text = unseal(gone, seen.gone.arrival_sealed, patients.place(clinic_id, gone.owner, "arrival"))
    return seal(kept, text, patients.place(clinic_id, kept.owner, "arrival"))


def again(blob: Blob, clinic_id: UUID, old: Keyring, new: Keyring) -> bytes:
    """The same words, sealed for the other record. Raises SealBroken."""
    text = unseal(old, blob.sealed, blob.where.place(clinic_id, old.owner, blob.row_id))
    return seal(new, text, blob.where.place(clinic_id, new.owner, blob.row_id))


async def follow(house: House, job: Job) -> None:
    """Bring over what was written for the old record while it went; the outbox calls this a few times."""
    clinic_id, kept_id, gone_id = (UUID(job.payload[name]) for name in ("clinic", "kept", "gone"))
    kept_id = await house.db.read(lambda db: store.kept_of(db, clinic_id, kept_id))
    keys = await house.keys.patients(clinic_id, [kept_id, gone_id])
    if len(keys) != 2:
        return
    await house.db.unit(lambda db: store.turn(db, gone_id, kept_id))
    late = [
        (blob, new)
        for blob in await house.db.read(lambda db: store.blobs_of(db, kept_id))
        if (new := _late(blob, clinic_id, keys[gone_id], keys[kept_id]))
    ]
    await house.db.unit(lambda db: store.reseal(db, [blob for blob, _ in late], [new for _, new in late]))


def _late(blob: Blob, clinic_id: UUID, old: Keyring, new: Keyring) -> bytes | None:
    """The seal that a value needs which the new key does not open and the old one does."""
    try:
        unseal(new, blob.sealed, blob.where.place(clinic_id, new.owner, blob.row_id))
    except SealBroken:
        pass
    else:
        return None
    try:
        return again(blob, clinic_id, old, new)
    except SealBroken:
        return None


JOBS = {store.TOPIC: follow}
