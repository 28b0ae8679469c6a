"""What a page needs to offer that its device is told: only where the clinic turned it on."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from server.house import House


@dataclass(frozen=True)
class TellHere:
    """visit/parts/tell_here.html. The worker's scope is the page that a press on its notice opens."""

    key: str = field(repr=False)
    worker: str
    scope: str
    devices: str
    quiet: bool


def tell_here(house: House, lang: str, scope: str, devices: str, *, quiet: bool = False) -> TellHere:
    """The offer of the page at `scope`, whose devices are kept below `devices`; `quiet`: words instead of a button."""
    return TellHere(house.pusher.public, f"/sw.js?{urlencode({'lang': lang})}", scope, devices, quiet)
