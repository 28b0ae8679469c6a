"""The first page of the installation, the navigation of staff, and the small files that programs ask for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from server.access import Action, Viewer
from server.assets import static
from server.clinic import store as clinics
from server.errors import NotFound
from server.home.caseload import pages as caseload
from server.home.confirming import pages as confirming
from server.home.reports import pages as reports
from server.home.reports import support as support_report
from server.home.reports.programmes import pages as programmes_report
from server.home.rules import current, ways_for
from server.home.space import pages as space
from server.house import house_of
from server.routing import page
from server.templates import Brand, NavItem, render

SECURITY_TXT_LASTS = timedelta(days=180)
KEPT_OUT = ("/staff", "/visit/", "/l/", "/set-up/", "/me", "/support/")
ROBOTS = "".join(["User-agent: *\n", *(f"Disallow: {path}\n" for path in KEPT_OUT)])


@dataclass(frozen=True)
class First:
    """home/first.html; `founded`: whether there is any clinic, named here or not"""

    clinics: Sequence[Brand]
    founded: bool


async def first_page(request: Request) -> Response:
    """To the only clinic; a plain list of those that want to be named; the set-up link's place when there is none."""
    found = await house_of(request).db.read(clinics.clinics)
    if len(found) == 1:
        return RedirectResponse(f"/c/{found[0].slug}", 303)
    named = [clinics.brand(clinic) for clinic in found if clinic.listed]
    return render(request, "home/first.html", First(named, founded=bool(found)))


def nav(
    viewer: Viewer, path: str, translate: Callable[[str], str], counts: Mapping[str, int]
) -> list[NavItem]:  # fmt: skip
    """The navigation of a member of staff: what they may use, where they are, and how much waits there for them."""
    ways = ways_for(viewer)
    here = current(ways, path)
    return [
        NavItem(translate(way.label), way.href, way.icon, way is here, counts.get(way.href) or None) for way in ways
    ]


async def robots(request: Request) -> Response:
    """What search engines leave alone."""
    return PlainTextResponse(ROBOTS)


async def security_txt(request: Request) -> Response:
    """Whom to tell of a weakness (RFC 9116). Raises NotFound while the installation has no address to write to."""
    house = house_of(request)
    settings = house.settings
    clinic = await house.db.read(clinics.first_clinic)
    if not settings.mail_from and clinic is None:
        raise NotFound()
    contact = f"mailto:{settings.mail_from}" if settings.mail_from else f"tel:{clinic.phone}" if clinic else ""
    expires = (house.clock() + SECURITY_TXT_LASTS).strftime("%Y-%m-%dT00:00:00Z")
    where = f"{settings.base_url}/.well-known/security.txt"
    return PlainTextResponse(f"Contact: {contact.replace(' ', '-')}\nExpires: {expires}\nCanonical: {where}\n")


async def favicon(request: Request) -> Response:
    """Browsers ask here without being told to."""
    return RedirectResponse(static("img/mark.svg"), 308)


async def styleguide(request: Request) -> Response:
    """Every part of the design system on one page."""
    return render(request, "styleguide.html")


routes = [
    page("/", first_page, Action.PUBLIC),
    page("/robots.txt", robots, Action.PUBLIC),
    page("/.well-known/security.txt", security_txt, Action.PUBLIC),
    page("/favicon.ico", favicon, Action.PUBLIC),
    *reports.routes,
    *support_report.routes,
    *programmes_report.routes,
    *caseload.routes,
    *confirming.routes,
    *space.routes,
]
demo_routes = [page("/styleguide", styleguide, Action.DEMO)]
