import pytest

from tests.net.link import DOWN, Link, Profile


def test_a_clean_link_loses_nothing_and_keeps_nobody_waiting() -> None:
    link = Link(1)
    assert [link.arrival(1200, at) for at in (1.0, 1.0, 1.5)] == [1.0, 1.0, 1.5]


def test_loss_is_the_share_asked_for_and_the_same_for_the_same_seed() -> None:
    first, again, other = (Link(seed, Profile(loss=0.3)) for seed in (5, 5, 6))
    fates = [[link.arrival(100, 0.02 * n) for n in range(4000)] for link in (first, again, other)]
    assert fates[0] == fates[1] != fates[2]
    assert first.lost / 4000 == pytest.approx(0.3, abs=0.02)


def test_what_comes_too_fast_waits_its_turn_and_then_is_lost() -> None:
    link = Link(1, Profile(rate=80, queue=150))
    assert [link.arrival(1000, 0.0) for _ in range(3)] == [pytest.approx(0.1), pytest.approx(0.2), None]
    assert link.arrival(1000, 0.3) == pytest.approx(0.4)


def test_delay_comes_on_top_of_the_queue() -> None:
    assert Link(1, Profile(rate=80, delay=150)).arrival(1000, 2.0) == pytest.approx(2.25)


def test_nothing_passes_what_is_down() -> None:
    link = Link(1, DOWN)
    assert link.arrival(100, 1.0) is None
    link.profile = Profile()
    assert link.arrival(100, 2.0) == 2.0
