"""A clinic's picture: uploaded, redrawn and taken away by an admin, served to everybody from our own address."""

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.clinic.look import store
from server.clinic.look.redraw import redrawn
from server.clinic.look.rules import MOST_BYTES, Unfit
from server.clinic.requests import clinic_id_of, entry_of
from server.clinic.settings import refuse_picture
from server.errors import NotFound
from server.house import house_of
from server.routing import page, viewer_of

A_YEAR = 31_536_000
HERE = "/staff/clinic/about"
ALONE = "default-src 'none'; sandbox"
"""Of a picture that somebody opens by itself: it may do nothing and load nothing."""


async def set_picture(request: Request) -> Response:
    """Show this picture from now on, or say what would help."""
    house, viewer = house_of(request), viewer_of(request)
    mark = await redrawn(await _sent(request))
    if isinstance(mark, Unfit):
        return await refuse_picture(request, mark.value)
    clinic_id = clinic_id_of(viewer)

    async def work(db: AsyncSession) -> None:
        await store.set_mark(db, clinic_id, mark, viewer.staff_id, house.clock())
        detail = {"wide": mark.width, "high": mark.height}
        note(db, entry_of(viewer, "clinic.picture_set", "clinic", clinic_id, detail), house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{HERE}?notice=kept#picture", 303)


async def drop_picture(request: Request) -> Response:
    """Show none any more; again is the same."""
    house, viewer = house_of(request), viewer_of(request)
    clinic_id = clinic_id_of(viewer)

    async def work(db: AsyncSession) -> None:
        if await store.drop_mark(db, clinic_id):
            note(db, entry_of(viewer, "clinic.picture_dropped", "clinic", clinic_id, {}), house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{HERE}?notice=kept#picture", 303)


async def picture(request: Request) -> Response:
    """The picture of a clinic; its address changes with it, so it is kept for good. Raises NotFound."""
    slug = request.path_params["clinic"]
    image = await house_of(request).db.read(lambda db: store.mark_at(db, slug))
    if image is None:
        raise NotFound()
    headers = {"cache-control": f"public, max-age={A_YEAR}, immutable" if request.url.query else "no-cache"}
    return Response(image, media_type="image/png", headers={**headers, "content-security-policy": ALONE})


async def _sent(request: Request) -> bytes:
    async with request.form(max_files=1, max_fields=5) as sent:
        file = sent.get("picture")
        return await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""


routes = [
    page("/c/{clinic}/mark.png", picture, Action.PUBLIC),
    page(f"{HERE}/picture", set_picture, Action.CLINIC, methods=("POST",)),
    page(f"{HERE}/picture/drop", drop_picture, Action.CLINIC, methods=("POST",)),
]
