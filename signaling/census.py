"""How many sockets there are of whom: strangers by address, participants by visit and peer."""

from collections import Counter
from collections.abc import MutableMapping
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Any

from signaling.tickets import Ticket


class Census:
    """Counters that forget whoever has none left."""

    def __init__(self) -> None:
        self.strangers: Counter[str] = Counter()
        self.seated: Counter[tuple[str, str]] = Counter()


class Guest:
    """One accepted socket: a stranger until its ticket is taken, then a participant."""

    __slots__ = ("_address", "_census", "_who")

    def __init__(self, census: Census, address: str) -> None:
        self._census, self._address = census, address
        self._who: tuple[str, str] | None = None
        census.strangers[address] += 1

    def known(self, ticket: Ticket) -> None:
        """No stranger any more."""
        _less(self._census.strangers, self._address)
        self._who = (ticket.visit, ticket.peer)
        self._census.seated[self._who] += 1

    def gone(self) -> None:
        if self._who is None:
            _less(self._census.strangers, self._address)
        else:
            _less(self._census.seated, self._who)


def address_of(scope: MutableMapping[str, Any]) -> str:
    """Who counts as one stranger: an IPv4 address, or the /64 that one household or server has of IPv6."""
    return _stranger((scope.get("client") or ("", 0))[0])


@lru_cache(1024)
def _stranger(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return str(host)
    if isinstance(address, IPv6Address) and not address.ipv4_mapped:
        return address.exploded[:19]
    return str(getattr(address, "ipv4_mapped", None) or address)


def _less(counter: Counter[Any], key: Any) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
