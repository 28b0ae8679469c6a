"""A small clinic's staff for tests, and how they walk through the door."""

from dataclasses import dataclass
from functools import cache
from uuid import UUID, uuid4

import httpx2
import pyotp
from argon2 import PasswordHasher

from server.access import Role
from server.accounts import store
from server.accounts.factors.rules import code_hash
from server.accounts.factors.store import replace_codes, set_totp, totp_place
from server.crypto import seal
from server.house import House
from tests.server.clinic.made import make_clinic

PASSWORD = "seven quiet herons"


CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@cache
def hashed() -> str:
    return CHEAP.hash(PASSWORD)


@dataclass(frozen=True)
class Member:
    """Somebody with a password, an app and one recovery code."""

    id: UUID
    clinic_id: UUID
    name: str
    mail: str
    secret: str
    code: str = "abcd-efgh-jkmn"

    def digits(self, house: House) -> str:
        """What their app shows now."""
        return pyotp.TOTP(self.secret).at(house.clock())


async def new_clinic(house: House) -> UUID:
    return (await make_clinic(house)).id


async def new_member(
    house: House, clinic_id: UUID, name: str, *roles: Role, joined: bool = True, app: bool = True
) -> Member:
    """Write somebody; `joined=False` was invited only, `app=False` has no second factor yet."""
    mail = f"{name.split()[0].lower()}@linden.example"
    member = Member(uuid4(), clinic_id, name, mail, pyotp.random_base32())
    ring = await house.keys.clinic(clinic_id)
    new = store.NewStaff(
        id=member.id,
        clinic_id=clinic_id,
        name=name,
        mail_sealed=store.seal_mail(ring, clinic_id, member.id, mail),
        mail_index=store.mail_index(house.keys.secret("staff mail"), mail),
        roles=frozenset(roles),
        password_hash=hashed() if joined else None,
        made_at=house.clock(),
    )
    sealed = seal(ring, member.secret, totp_place(clinic_id, member.id))
    kept = code_hash(house.keys.secret("recovery codes"), member.id, member.code)

    async def work(db) -> None:
        await store.add_staff(db, new)
        if app:
            await set_totp(db, member.id, sealed, 0, house.clock())
            await replace_codes(db, member.id, [kept])

    await house.db.unit(work)
    return member


async def first_step(
    client: httpx2.AsyncClient, member: Member, password: str = PASSWORD, **more: str
) -> httpx2.Response:
    return await client.post("/staff/sign-in", data={"mail": member.mail, "password": password, **more})


async def sign_in(client: httpx2.AsyncClient, house: House, member: Member) -> httpx2.Response:
    """Both steps; the clock moves on by a step, so that the same person may come again."""
    assert (await first_step(client, member)).status_code == 303
    answer = await client.post("/staff/second-step", data={"code": member.digits(house)})
    assert answer.status_code == 303, answer.text
    house.clock.forward(seconds=30)
    return answer


def token_of(client: httpx2.AsyncClient) -> str:
    return client.cookies.get("parlour", "")
