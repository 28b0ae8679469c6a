"""A page of ours inside a page of another site: whose page that is, and how our own links stay inside.

It stands at /embed before its usual address. It keeps no cookie, so what it must remember is carried in its address.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.requests import Request

PREFIX = "/embed"
CARRIED = ("at", "lang", "theme", "tz", "pass")


@dataclass(frozen=True)
class Framed:
    """`origin` of the page around, exactly; `carried`: what every address inside says again.

    `preview`: it is shown to staff, on a page of ours, and does nothing.
    """

    origin: str
    carried: Mapping[str, str] = field(repr=False)
    preview: bool = False

    def to(self, path: str, **more: str) -> str:
        """The framed address of a page of ours."""
        whole, sharp, mark = path.partition("#")
        joint = "&" if "?" in whole else "?"
        return f"{PREFIX}{whole}{joint}{urlencode({**self.carried, **more})}{sharp}{mark}"

    def apart(self, path: str) -> str:
        """The address of a page of ours in a tab of its own: it goes on in the language of the frame."""
        lang = self.carried.get("lang", "")
        whole, sharp, mark = path.partition("#")
        return f"{whole}{'&' if '?' in whole else '?'}{urlencode({'lang': lang})}{sharp}{mark}" if lang else path


def framed_of(request: Request) -> Framed | None:
    """What is around the page that is asked for; None for a page that stands alone."""
    return getattr(request.state, "framed", None)


def inside(request: Request, path: str) -> str:
    """The address of a page of ours, for who comes from this one: framed where this one is."""
    framed = framed_of(request)
    return framed.to(path) if framed else path
