"""What programs read of a clinic before they book: its words, its rules, and what can be booked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action, KeyScope
from server.booking.api import wire
from server.booking.api.addresses import clinic_slug, own_clinic
from server.booking.api.loading import held_at, load_catalogue
from server.booking.catalogue import Catalogue, service_slugs
from server.booking.where.rules import ELSE, listed, value_of
from server.clinic.intake import store as questions
from server.clinic.intake.rules import Form
from server.errors import NotFound
from server.house import house_of
from server.patients.acting.rules import Kind
from server.patients.rules import ForWhom
from server.problems import answer
from server.routing import GuardedRoute, page
from server.templates import language_of
from server.tongues import LANGUAGES, in_language

BASE = "/api/v1/clinics/{clinic}"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FOR_WHOM: Mapping[str, str] = {Kind.GUARDIAN: ForWhom.CHILD.value, Kind.CARER: ForWhom.OTHER.value}


@dataclass(frozen=True)
class Shown:
    """`asked`: the questions of those services that ask some; `places`: what `where` may be, if the clinic asks."""

    known: Catalogue
    asked: Mapping[UUID, Form]
    places: Sequence[str]
    lang: str


async def api_clinic(request: Request) -> Response:
    """`GET /api/v1/clinics/{clinic}`: its words, its rules, and what can be booked."""
    shown = await _shown(request)
    known, policy = shown.known, shown.known.clinic.policy
    clinic = in_language(known.clinic, shown.lang, known.clinic.own)
    consent = (
        wire.Consent(version=clinic.consent_version, text=str(clinic.consent_text)) if clinic.consent_text else None
    )
    found = wire.Clinic(
        slug=clinic.slug,
        name=str(clinic.name),
        tz=clinic.zone.key,
        language=clinic.language,
        languages=list(clinic.languages or LANGUAGES),
        phone=clinic.phone,
        notice_minutes=policy.notice // MINUTE,
        horizon_days=policy.horizon // DAY,
        change_until_minutes=policy.change_until // MINUTE,
        consent=consent,
        asks_where=clinic.asks_where,
        places=shown.places,
        acts_for=[FOR_WHOM[kind] for kind in sorted(clinic.acts_for, reverse=True)],
        services=_services(shown),
        therapists=[
            wire.Therapist(id=str(card.staff_id), slug=card.slug, name=card.name, about=str(card.about))
            for card in (in_language(one, shown.lang, clinic.own) for one in known.therapists)
        ],
    )
    return answer(found)


async def api_services(request: Request) -> Response:
    """`GET /api/v1/clinics/{clinic}/services`; for who shows a key of the clinic what its staff alone book as well."""
    return answer(wire.Services(services=_services(await _shown(request))))


async def _shown(request: Request) -> Shown:
    slug, now, own = clinic_slug(request), house_of(request).clock(), own_clinic(request, *KeyScope)

    async def work(db: AsyncSession) -> Shown | None:
        known = await load_catalogue(db, slug, own)
        if known is None:
            return None
        held = await held_at(db, known)
        places = [value_of(one) for one in listed(held, now.astimezone(known.clinic.zone).date())]
        asked = await questions.forms(db, [one.intake for one in known.services])
        return Shown(known, asked, [*places, ELSE] if held else [], language_of(request, known.brand))

    found = await house_of(request).db.read(work)
    if found is None:
        raise NotFound()
    return found


def _services(shown: Shown) -> list[wire.Service]:
    known, asked = shown.known, shown.asked
    slugs = {service.id: slug for slug, service in service_slugs(known.services).items()}
    return [
        wire.Service(
            id=str(service.id),
            slug=slugs[service.id],
            lang=getattr(service.name, "lang", shown.lang),
            name=str(service.name),
            about=str(service.about),
            minutes=service.length // MINUTE,
            public=service.public,
            means=[one.value for one in service.means],
            therapists=[card.slug for card in known.who(service)],
            questions=_questions(asked.get(service.intake) if service.intake else None, shown.lang, known.clinic.own),
            questions_at_booking=bool(service.intake and asked[service.intake].at_booking),
            price=wire.price_of(service.price, known.clinic.paying.currency),
        )
        for service in (in_language(one, shown.lang, known.clinic.own) for one in known.can_be_booked())
    ]


def _questions(form: Form | None, lang: str, own: str) -> list[wire.Question]:
    return [
        wire.Question(
            id=one.id,
            kind=one.kind,
            ask=str(one.ask),
            hint=str(one.hint),
            choices=list(one.choices),
            labels=[str(label) for _, label in one.named],
            required=one.needed,
        )
        for one in (in_language(form, lang, own).questions if form else ())
    ]


routes: list[GuardedRoute] = [
    page(f"{BASE}/services", api_services, Action.PUBLIC),
    page(BASE, api_clinic, Action.PUBLIC),
]
