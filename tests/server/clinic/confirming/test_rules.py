"""A version is the data itself; what changes asks again."""

from datetime import UTC, datetime
from uuid import uuid4

from server.clinic.confirming.rules import Said, State, Topic, holds, left, state, version_of

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
SHIPPED = {"in": 4, "out": [6, "s"], "words": "أنفاس"}


def topic(data: object, key: str = "calm", **more: bool) -> Topic:
    return Topic(key, "Exercises", "Breathing", version_of(data), ["timing"], **more)


def said(version: str, *, yes: bool = True) -> Said:
    return Said("calm", version, 1, yes, uuid4(), NOW)


def test_the_order_of_keys_is_no_change_and_a_second_more_is() -> None:
    assert version_of({"a": 1, "b": 2}) == version_of({"b": 2, "a": 1})
    assert version_of(SHIPPED) != version_of(SHIPPED | {"in": 5})
    assert version_of(SHIPPED) != version_of(SHIPPED | {"words": "أنفاس."})


def test_it_is_confirmed_for_this_very_version_until_it_is_taken_back() -> None:
    old, new = topic(SHIPPED), topic(SHIPPED | {"in": 5})
    assert state(old, None) is State.AWAITS
    assert state(old, said(old.version)) is State.CONFIRMED
    assert state(new, said(old.version)) is State.CHANGED
    assert state(old, said(old.version, yes=False)) is State.AWAITS
    assert holds(said(old.version), old.version)
    assert not holds(None, old.version)


def test_what_is_not_in_use_is_not_counted_as_left() -> None:
    topics = [topic(1), topic(2, "plan"), topic(3, "ladder", in_use=False)]
    assert left(topics, {}) == 2
    assert left(topics, {"calm": said(topics[0].version)}) == 1
