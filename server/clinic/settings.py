"""What an admin sets: the clinic's name and colour, its words, its consent text, its booking rules.

The four sections are alike: fields of the stored clinic, a form, a changed clinic.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Viewer
from server.audit.store import note
from server.clinic import forms, hours_forms, store
from server.clinic.colour import Palette, palette
from server.clinic.colour_pages import seen_colour
from server.clinic.freed import time_freed
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.clinic.rules import Clinic, Leave, Service, TherapistCard
from server.clinic.sheet import Answer, Fields, Reason
from server.clinic.tongues import Tongue, tongues
from server.countries import country_names, zone_names
from server.errors import NotFound
from server.house import House, house_of
from server.routing import page, viewer_of
from server.templates import language_of, render
from server.tongues import LANGUAGES, own_name

Parse = Callable[[Clinic, Fields], Clinic | Answer]


@dataclass(frozen=True)
class Section:
    """One page of settings; its template is `clinic/<name>.html`."""

    parse: Parse
    fields: Callable[[Clinic], dict[str, str]]


@dataclass(frozen=True)
class Settings:
    """clinic/settings.html"""

    clinic: Clinic
    services: Sequence[Service]
    therapists: Sequence[TherapistCard]
    ahead: Sequence[Leave]
    languages: Sequence[str]


@dataclass(frozen=True)
class SectionPage:
    """clinic/about.html and the pages of the other sections: words, languages, waiting, consent, calls, policy ..."""

    clinic: Clinic
    form: Mapping[str, str]
    reasons: Mapping[str, str]
    countries: Mapping[str, str]
    steps: Sequence[str]
    look: Palette
    relay: bool
    languages: Mapping[str, str]
    zones: Sequence[str]
    tongues: Sequence[Tongue]


async def settings_page(request: Request) -> Response:
    """The overview: every setting in words, each with its own page."""
    house, viewer = house_of(request), viewer_of(request)
    context = await house.db.read(lambda db: _overview(db, house, clinic_id_of(viewer)))
    return render(request, "clinic/settings.html", context)


async def section_page(request: Request) -> Response:
    """One section with what is stored. Raises NotFound."""
    section, house = _section(request), house_of(request)
    clinic = await own_clinic(house, viewer_of(request))
    return _answer(request, clinic, section.fields(clinic), {})


async def change_section(request: Request) -> Response:
    """Keep a section, or show it again with a sentence at each field that wants mending."""
    section, house, viewer = _section(request), house_of(request), viewer_of(request)
    fields = await form_of(request)
    clinic = await own_clinic(house, viewer)
    if fields.get("do") == "preview":
        return _answer(request, clinic, fields, {})
    changed = _possible(house, section.parse(clinic, fields))
    if not isinstance(changed, Clinic):
        return _answer(request, clinic, fields, changed)
    colours = asdict(palette(changed.colour)) if changed.colour != clinic.colour else None

    async def work(db: AsyncSession) -> None:
        current = await store.clinic_to_change(db, clinic.id)
        kept = section.parse(current or clinic, fields)
        assert isinstance(kept, Clinic)
        await store.change_clinic(db, kept, colours)
        await store.keep_consent_text(db, kept, house.clock())
        detail = {"section": request.path_params["section"], "consent": kept.consent_version}
        note(db, entry_of(viewer, "clinic.changed", "clinic", clinic.id, detail), house.clock())
        if kept.policy != (current or clinic).policy:
            time_freed(db, clinic.id, house.clock())

    await house.db.unit(work)
    return RedirectResponse("/staff/clinic?notice=kept", 303)


async def refuse_picture(request: Request, reason: str) -> Response:
    """The page of the clinic's look as it is, with a sentence at the picture that could not be taken."""
    clinic = await own_clinic(house_of(request), viewer_of(request))
    return _answer(request, clinic, SECTIONS["about"].fields(clinic), {"picture": reason}, "about")


async def own_clinic(house: House, viewer: Viewer) -> Clinic:
    """The clinic the viewer works for. Raises NotFound."""
    clinic = await house.db.read(lambda db: store.clinic_of(db, clinic_id_of(viewer)))
    if clinic is None:
        raise NotFound()
    return clinic


async def _overview(db: AsyncSession, house: House, clinic_id: UUID) -> Settings:
    clinic = await store.clinic_of(db, clinic_id)
    if clinic is None:
        raise NotFound()
    now = house.clock()
    return Settings(
        clinic=clinic,
        services=await store.services(db, clinic_id),
        therapists=await store.therapists(db, clinic_id),
        ahead=await store.leave_between(db, clinic_id, now, now + hours_forms.LONGEST_LEAVE),
        languages=[own_name(tag) for tag in clinic.languages or LANGUAGES],
    )


def _possible(house: House, changed: Clinic | Answer) -> Clinic | Answer:
    """The same, unless this installation cannot do it: without a relay no call could pass through one."""
    if isinstance(changed, Clinic) and changed.relay_only and not house.settings.turn_url_list:
        return {"path": Reason.NO_RELAY}
    return changed


def _section(request: Request) -> Section:
    section = SECTIONS.get(request.path_params["section"])
    if section is None:
        raise NotFound()
    return section


def _answer(
    request: Request, clinic: Clinic, fields: Fields, reasons: Mapping[str, str], section: str = ""
) -> Response:
    context = SectionPage(
        clinic=clinic,
        form=fields,
        reasons=reasons,
        countries=country_names(language_of(request, request.state.brand)),
        steps=forms.STEPS,
        look=seen_colour(fields.get("colour", clinic.colour)),
        relay=bool(house_of(request).settings.turn_url_list),
        languages={tag: own_name(tag) for tag in LANGUAGES},
        zones=zone_names(),
        tongues=tongues(clinic),
    )
    template = f"clinic/{section or request.path_params['section']}.html"
    return render(request, template, context, status=422 if reasons else 200)


def _parse_languages(clinic: Clinic, fields: Fields) -> Clinic | Answer:
    return forms.parse_languages(clinic, fields, LANGUAGES)


def _languages_fields(clinic: Clinic) -> dict[str, str]:
    return forms.languages_fields(clinic, LANGUAGES)


def _parse_zone(clinic: Clinic, fields: Fields) -> Clinic | Answer:
    return forms.parse_zone(clinic, fields, available_timezones())


def _parse_about(clinic: Clinic, fields: Fields) -> Clinic | Answer:
    return forms.parse_about(clinic, fields, country_names("en"))


SECTIONS: Mapping[str, Section] = {
    "about": Section(_parse_about, forms.about_fields),
    "words": Section(forms.parse_words, forms.words_fields),
    "zone": Section(_parse_zone, forms.zone_fields),
    "languages": Section(_parse_languages, _languages_fields),
    "consent": Section(forms.parse_consent, forms.consent_fields),
    "waiting": Section(forms.parse_waiting, forms.waiting_fields),
    "calls": Section(forms.parse_calls, forms.calls_fields),
    "exit": Section(forms.parse_exit, forms.exit_fields),
    "time-left": Section(forms.parse_time_left, forms.time_left_fields),
    "policy": Section(forms.parse_policy, forms.policy_fields),
}

routes = [
    page("/staff/clinic", settings_page, Action.CLINIC),
    page("/staff/clinic/{section}", section_page, Action.CLINIC),
    page("/staff/clinic/{section}", change_section, Action.CLINIC, methods=("POST",)),
]
