"""The page that makes the snippet: choices, the code to paste, and the real thing beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.clinic import store as clinics
from server.clinic.colour_pages import seen_colour
from server.clinic.requests import clinic_id_of
from server.clinic.rules import Clinic, Service, TherapistCard
from server.embed import forms, store
from server.embed.forms import COLOURED, FRAMED, SCRIPTED, Choices, Form, Known
from server.errors import NotFound
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import language_of, render, translations
from server.tongues import LANGUAGES, own_name


@dataclass(frozen=True)
class GeneratorPage:
    """The context of embed/generator.html. `base` stands in the code, `here` in the preview: staff may have come
    by another name of this installation."""

    clinic: Clinic
    languages: Sequence[tuple[str, str]]
    services: Sequence[Service]
    therapists: Sequence[TherapistCard]
    sites: Sequence[store.Listed]
    chosen: Choices
    scripted: bool
    framed: bool
    coloured: bool
    base: str
    here: str
    typed_redirect: str


async def generator_page(request: Request) -> Response:
    """`GET /staff/clinic/embed`, with the choices in the address."""
    house, asked = house_of(request), request.query_params
    clinic_id = clinic_id_of(viewer_of(request))
    say = translations(language_of(request, request.state.brand)).gettext

    async def work(db: AsyncSession) -> GeneratorPage:
        clinic = await clinics.clinic_of(db, clinic_id)
        if clinic is None:
            raise NotFound()
        services = [one for one in await clinics.services(db, clinic_id) if one.public]
        therapists = await clinics.therapists(db, clinic_id)
        known = Known(
            services={str(one.id) for one in services},
            therapists={one.slug for one in therapists},
            languages=set(clinic.languages or LANGUAGES),
            colour=seen_colour(clinic.colour).accent_day,
        )
        chosen = forms.read(asked, known, labels(say))
        return GeneratorPage(
            clinic=clinic,
            languages=[(tag, own_name(tag)) for tag in clinic.languages or LANGUAGES],
            services=services,
            therapists=therapists,
            sites=await store.origins(db, clinic_id),
            chosen=chosen,
            scripted=chosen.form in SCRIPTED,
            framed=chosen.form in FRAMED,
            coloured=chosen.form in COLOURED,
            base=house.settings.base_url,
            here=f"{request.url.scheme}://{request.url.netloc}",
            typed_redirect=asked.get("redirect", ""),
        )

    return render(request, "embed/generator.html", await house.db.read(work))


def labels(_: Callable[[str], str]) -> dict[Form, str]:
    """What stands on a link until somebody writes their own."""
    book, visit = _("Book a time"), _("Start video visit")
    return {form: visit if form in {Form.VISIT, Form.VISIT_LINK} else book for form in Form}


routes: list[GuardedRoute] = [page("/staff/clinic/embed", generator_page, Action.CLINIC, name="embed_generator")]
