"""Knocking at a browser that agreed: who may agree, and how late a knock may come. Pure."""

from datetime import timedelta
from enum import StrEnum

from server.visit.scenes import Scene

LASTS = timedelta(minutes=10)
"""How long a knock at somebody's of the clinic may come late where no alert says whether it still matters."""
WAITS = frozenset({Scene.WAITING, Scene.STEPPED_AWAY})
COMES = frozenset({Scene.BOOKED, Scene.TOO_EARLY})
"""Scenes before the door opens: who agrees here agrees to be reminded."""


class Refusal(StrEnum):
    """Why a device is not kept."""

    OFF = "off"  # the clinic did not turn it on, or did not leave it on
    NOT_WAITING = "not_waiting"


def may_agree(*, is_on: bool, scene: Scene) -> Refusal | None:
    """Whether a patient's device may be kept: while they wait, or before the door opens to be reminded."""
    if not is_on:
        return Refusal.OFF
    return None if scene in WAITS | COMES else Refusal.NOT_WAITING
