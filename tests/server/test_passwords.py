import pytest

from server import passwords
from server.passwords import hash_password, is_outdated, password_matches


@pytest.mark.asyncio
async def test_a_password_fits_its_own_hash_alone() -> None:
    kept = await hash_password("seven quiet herons")
    assert kept.startswith("$argon2id$")
    assert await password_matches(kept, "seven quiet herons")
    assert not await password_matches(kept, "seven quiet heron")
    assert not is_outdated(kept)


@pytest.mark.asyncio
async def test_nobody_s_password_never_fits_and_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []

    class Counting:
        def verify(self, kept: str, text: str) -> bool:
            verified.append(kept)
            return real.verify(kept, text)

        def hash(self, text: str) -> str:
            return real.hash(text)

    real = passwords.hasher
    monkeypatch.setattr(passwords, "hasher", Counting())
    assert not await password_matches(None, "seven quiet herons")
    assert len(verified) == 1
    assert verified[0].startswith("$argon2id$")


@pytest.mark.asyncio
async def test_a_broken_hash_opens_nothing() -> None:
    assert not await password_matches("-", "seven quiet herons")


def test_the_parameters_are_those_of_rfc_9106() -> None:
    assert (passwords.hasher.memory_cost, passwords.hasher.time_cost, passwords.hasher.parallelism) == (65536, 3, 4)


def test_a_weaker_hash_is_made_anew() -> None:
    from argon2 import PasswordHasher

    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))
