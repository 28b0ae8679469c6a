"""The clinic's colours as stylesheets, and the preview of a colour that is being chosen."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.clinic import store
from server.clinic.colour import Palette, palette, stylesheet
from server.clinic.sheet import Sheet
from server.errors import NotFound
from server.house import house_of
from server.routing import page
from server.templates import render

A_YEAR = 31_536_000
MOSS = "#25573f"
NAMES = ("accent", "accent_press", "accent_soft", "on_accent")


@dataclass(frozen=True)
class ColourPart:
    """clinic/colour_part.html"""

    look: Palette


def seen_colour(typed: str) -> Palette:
    """The palette of what was typed; of the house's own moss while it is no colour."""
    sheet = Sheet({"colour": typed})
    colour = sheet.colour("colour")
    return palette(MOSS if sheet.reasons else colour)


async def accent_css(request: Request) -> Response:
    """The stored colours of a clinic; the address changes with them, so it is kept for good. Raises NotFound."""
    slug = request.path_params["clinic"]
    stored = await house_of(request).db.read(lambda db: store.palette_of(db, slug))
    if not stored:
        raise NotFound()
    headers = {"cache-control": f"public, max-age={A_YEAR}, immutable" if request.url.query else "no-cache"}
    return Response(stylesheet(Palette(**stored)), media_type="text/css", headers=headers)


async def preview_css(request: Request) -> Response:
    """The two panes of a preview, as a stylesheet: a page may not carry colours of its own."""
    look = seen_colour(request.query_params.get("of", ""))
    return Response(preview_rules(look), media_type="text/css", headers={"cache-control": f"public, max-age={A_YEAR}"})


async def preview_part(request: Request) -> Response:
    """The preview alone, for the element that shows it while one chooses."""
    return render(request, "clinic/colour_part.html", ColourPart(seen_colour(request.query_params.get("of", ""))))


def preview_rules(look: Palette) -> str:
    """`.preview-day` and `.preview-dusk` with the accent of each."""
    return "".join(
        f".preview-{mode} {{ "
        + " ".join(f"--{name.replace('_', '-')}: {getattr(look, f'{name}_{mode}')};" for name in NAMES)
        + " }\n"
        for mode in ("day", "dusk")
    )


routes = [
    page("/c/{clinic}/accent.css", accent_css, Action.PUBLIC),
    page("/colour.css", preview_css, Action.PUBLIC),
    page("/colour", preview_part, Action.PUBLIC),
]
