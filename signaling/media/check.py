"""The check before a session, as pages ask for it: the answer to an offer, and where a relay may be tried."""

import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from signaling.media.wire import Answered, EchoOffer, Refused, Relay
from signaling.media.worker import Worker

OFFERS, WITHIN_SECONDS = 30, 300.0
"""A check makes two offers; whoever holds a link checks a few times and no more."""
MOST_KNOWN = 1000

RelaysFor = Callable[[str, datetime], list[dict[str, Any]]]
"""RTCIceServer dicts for somebody of this name, from now on for a minute or so."""


class Check:
    """`who` names the booking whose link is held; it has one session at a time."""

    def __init__(
        self,
        worker: Worker,
        relays_for: RelaysFor,
        clock: Callable[[], datetime],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.worker = worker
        self._relays_for, self._clock, self._steady = relays_for, clock, steady
        self._asked: dict[str, deque[float]] = {}

    def relays(self, who: str) -> list[dict[str, Any]]:
        """What the browser is given."""
        return self._relays_for(f"check-{who}", self._clock())

    async def answer(self, who: str, offer: str) -> Answered | Refused:
        """Our own peer's answer. With a relay it asks there for an address, as itself."""
        if not self._may_ask(who):
            return Refused(0, "busy")
        relay = self._own_relay(who)
        return await self.worker.ask(lambda number: EchoOffer(number, who, offer, relay))

    def _may_ask(self, who: str) -> bool:
        now = self._steady()
        if len(self._asked) > MOST_KNOWN:
            self._asked = {name: asked for name, asked in self._asked.items() if now - asked[-1] < WITHIN_SECONDS}
        asked = self._asked.setdefault(who, deque(maxlen=OFFERS))
        if len(asked) == OFFERS and now - asked[0] < WITHIN_SECONDS:
            return False
        asked.append(now)
        return True

    def _own_relay(self, who: str) -> Relay | None:
        for server in self._relays_for(f"echo-{who}", self._clock()):
            for url in server["urls"]:
                if url.startswith(("turn:", "turns:")) and "credential" in server:
                    return Relay(url, server["username"], server["credential"])
        return None
