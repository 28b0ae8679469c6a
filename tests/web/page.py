"""A page as a template sees it, without a server."""

from typing import Any
from zoneinfo import ZoneInfo

from server.access import Door, Role, Viewer
from server.moments import Speaker
from server.templates import Brand, NavItem, Page, environment
from server.tongues import LANGUAGES

BERLIN = ZoneInfo("Europe/Berlin")


def brand(**changes: Any) -> Brand:
    known: dict[str, Any] = {
        "name": "Linden Practice",
        "title": "Linden Practice",
        "slug": "linden",
        "zone": BERLIN,
        "language": "en",
        "phone": "555 0134",
        "accent_css": None,
        "home": "/c/linden",
        "help": "/c/linden/help",
    }
    return Brand(**known | changes)


def page(language: str = "en", **changes: Any) -> Page:
    known: dict[str, Any] = {
        "lang": language,
        "dir": LANGUAGES[language],
        "theme": "",
        "path": "/here",
        "say": Speaker(BERLIN, language),
        "viewer": Viewer(),
        "brand": brand(),
    }
    return Page(**known | changes)


def staff_page(**changes: Any) -> Page:
    viewer = Viewer(door=Door.STAFF, name="Mara Lind", roles=frozenset({Role.THERAPIST}))
    nav = (NavItem("Today", "/staff", "sun", current=True), NavItem("Mail", "/staff/mail", "mail", count=2))
    return page(viewer=viewer, nav=nav, **changes)


def drawn(source: str, shown: Page | None = None, **context: Any) -> str:
    """The markup of a template given as text."""
    shown = shown or page()
    return environment(shown.lang).from_string(source).render(page=shown, **context)


def rendered(name: str, shown: Page | None = None, **context: Any) -> str:
    """The markup of a template of the house."""
    shown = shown or page()
    return environment(shown.lang).get_template(name).render(page=shown, **context)
