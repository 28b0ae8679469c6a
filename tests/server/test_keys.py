"""Keys: wrapped by the one above, found in batches, and gone for good when destroyed."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.crypto import Place, new_secret, seal, unseal
from server.db import Database
from server.keys import KeyBase, KeyStore, NoKey, WrappedKey

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest_asyncio.fixture
async def database(tmp_path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/keys.db")
    await database.run_sync(KeyBase.metadata.create_all)
    yield database
    await database.close()


@pytest.mark.asyncio
async def test_a_key_survives_a_restart_with_the_same_master(database) -> None:
    master, clinic, patient = new_secret(), uuid4(), uuid4()
    first = KeyStore(database, master)
    await first.make_clinic(clinic, NOW)
    made = await first.make_patient(clinic, patient, NOW)
    place = Place(clinic, patient, "patients", uuid4(), "name")
    again = await KeyStore(database, master).patient(clinic, patient)
    assert unseal(again, seal(made, "Jo", place), place) == "Jo"


@pytest.mark.asyncio
async def test_another_master_key_opens_nothing(database) -> None:
    clinic = uuid4()
    await KeyStore(database, new_secret()).make_clinic(clinic, NOW)
    with pytest.raises(Exception, match="wrapped-key"):
        await KeyStore(database, new_secret()).clinic(clinic)


@pytest.mark.asyncio
async def test_stored_keys_are_wrapped(database) -> None:
    store, clinic = KeyStore(database, new_secret()), uuid4()
    ring = await store.make_clinic(clinic, NOW)

    async def raw(db):
        return (await db.scalars(select(WrappedKey.wrapped))).all()

    assert all(ring.secrets[1] not in blob for blob in await database.read(raw))


@pytest.mark.asyncio
async def test_a_destroyed_key_is_gone_and_its_neighbours_stay(database) -> None:
    store, clinic, leaving, staying = KeyStore(database, new_secret()), uuid4(), uuid4(), uuid4()
    await store.make_clinic(clinic, NOW)
    await store.make_patient(clinic, leaving, NOW)
    await store.make_patient(clinic, staying, NOW)
    await store.destroy(leaving)
    assert set(await store.patients(clinic, [leaving, staying])) == {staying}
    with pytest.raises(NoKey):
        await store.patient(clinic, leaving)


@pytest.mark.asyncio
async def test_new_patients_have_an_id_and_a_key_of_their_own_that_any_node_opens(database) -> None:
    master, clinic = new_secret(), uuid4()
    store = KeyStore(database, master)
    await store.make_clinic(clinic, NOW)
    made = [await store.new_patient(clinic, NOW) for _ in range(20)]
    assert len({key.owner for key in made}) == len({key.secrets[1] for key in made}) == 20
    elsewhere = await KeyStore(database, master).patients(clinic, [key.owner for key in made])
    assert elsewhere == {key.owner: key for key in made}


@pytest.mark.asyncio
async def test_keys_of_new_patients_are_made_together_by_those_who_ask_at_once(database) -> None:
    store, clinic = KeyStore(database, new_secret()), uuid4()
    await store.make_clinic(clinic, NOW)
    made = await asyncio.gather(*(store.new_patient(clinic, NOW) for _ in range(12)))
    assert len({key.owner for key in made}) == 12


@pytest.mark.asyncio
async def test_a_patient_of_another_clinic_is_not_found(database) -> None:
    store, ours, theirs, patient = KeyStore(database, new_secret()), uuid4(), uuid4(), uuid4()
    await store.make_clinic(ours, NOW)
    await store.make_clinic(theirs, NOW)
    await store.make_patient(theirs, patient, NOW)
    with pytest.raises(NoKey):
        await store.patient(ours, patient)
