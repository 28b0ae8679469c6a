import asyncio
from dataclasses import replace

import pytest
from click.testing import CliRunner

import server.schema
from server.access import Role
from server.accounts import commands, store
from server.accounts.team.store import team
from server.app import build_house
from server.clinic import commands as clinic_commands
from server.keys import KeyBase
from tests.server.accounts.people import new_clinic, new_member
from tests.server.clinic.made import make_clinic


@pytest.fixture
def build(settings, clock):
    """Builds the house that every run of the command opens and closes; Mara is its only admin."""

    async def found():
        house = build_house(settings, clock)
        await house.keys.database.run_sync(KeyBase.metadata.create_all)
        await house.db.run_sync(server.schema.metadata.create_all)
        clinic_id = await new_clinic(house)
        for name, role in (("Mara Lind", Role.ADMIN), ("Samir Haddad", Role.THERAPIST)):
            await new_member(house, clinic_id, name, role)
        await house.db.close()
        await house.keys.database.close()

    asyncio.run(found())
    return lambda: build_house(settings, clock)


def run(build, *words, group=commands.group):
    def in_house(work):
        async def look():
            house = build()
            try:
                return await work(house)
            finally:
                await house.db.close()
                await house.keys.database.close()

        return asyncio.run(look())

    return CliRunner().invoke(group(in_house), list(words))


def people(build):
    async def look():
        house = build()
        (clinic_id,) = await house.db.read(commands.clinics_with_staff)
        found = await house.db.read(lambda db: team(db, clinic_id))
        await house.db.close()
        return {person.name: person for person in found}

    return asyncio.run(look())


def test_the_list_shows_everybody_with_roles_and_state(build):
    said = run(build, "list")
    assert said.exit_code == 0
    assert "mara@linden.example\tMara Lind\tadmin\tactive\tsecond step" in said.output
    assert "samir@linden.example" in said.output


def test_a_new_admin_joins_by_the_printed_link(build):
    said = run(build, "add", "nora@linden.example", "--name", "Nora Weiss")
    assert said.exit_code == 0
    assert said.output.startswith("http://testserver/staff/link/")
    assert people(build)["Nora Weiss"].roles == {Role.ADMIN}
    assert not people(build)["Nora Weiss"].joined


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "mara@linden.example", "--name", "M"), "Somebody has this address already."),
        (("add", "mara", "--name", "M"), "mail: not a mail"),
        (("reset-password", "nobody@linden.example"), "Nobody here has this address."),
        (("disable", "mara@linden.example"), "Nobody else runs this clinic"),
    ],
)
def test_what_cannot_be_is_said_in_words(build, words, why):
    said = run(build, *words)
    assert said.exit_code == 1
    assert why in said.output


def test_the_last_admin_gets_a_link_to_a_new_password(build):
    said = run(build, "reset-password", "MARA@linden.example")
    token = said.output.strip().rpartition("/")[2]

    async def look():
        house = build()
        link = await house.db.read(lambda db: store.open_link(db, token, house.clock()))
        await house.db.close()
        return link

    assert asyncio.run(look()).purpose == "reset"


def test_the_last_admin_s_lost_factor_is_forgotten(build):
    assert people(build)["Mara Lind"].has_factor
    assert run(build, "reset-factor", "mara@linden.example").exit_code == 0
    assert people(build)["Mara Lind"] == replace(people(build)["Mara Lind"], has_totp=False)


def test_closing_and_opening(build):
    assert run(build, "disable", "samir@linden.example").exit_code == 0
    assert people(build)["Samir Haddad"].disabled
    assert run(build, "enable", "samir@linden.example").exit_code == 0
    assert not people(build)["Samir Haddad"].disabled


def found_another(build):
    async def look():
        house = build()
        await make_clinic(house, slug="birke", name="Birkenhaus")
        await house.db.close()
        await house.keys.database.close()

    asyncio.run(look())


def test_with_several_clinics_one_says_at_which_somebody_works(build):
    found_another(build)
    which = run(build, "add", "nora@birke.example", "--name", "Nora Weiss")
    assert which.exit_code != 0
    assert "say which by --clinic: birke, linden" in which.output
    assert "There is no clinic at /c/oak" in run(build, "add", "n@b.example", "--name", "N", "--clinic", "oak").output
    said = run(build, "add", "nora@birke.example", "--name", "Nora Weiss", "--clinic", "birke")
    assert said.output.startswith("http://testserver/staff/link/")


def test_a_link_founds_a_further_clinic_and_the_list_knows_both(build):
    def clinic(*words):
        return run(build, *words, group=clinic_commands.group)

    said = clinic("add")
    assert said.output.startswith("http://testserver/set-up/")
    found_another(build)
    assert clinic("list").output == "birke\tBirkenhaus\nlinden\tLinden Practice\n"
