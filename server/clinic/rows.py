"""Between rows and values: the columns of each table as the rules name them, and back."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import sha256
from operator import attrgetter
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from server.clinic import tables
from server.clinic.paying.rules import NO_PAYING, Paying
from server.clinic.rules import (
    SHORTEST_OFFER,
    Anyone,
    Clinic,
    Leave,
    Means,
    Most,
    Policy,
    Position,
    Service,
    TherapistCard,
)
from server.templates import Brand

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NEVER = timedelta()
BY_VIDEO = (Means.VIDEO,)
NOBODY: frozenset[str] = frozenset()
SAID = (
    "name", "language", "country", "phone", "sender_name", "waiting_text", "after_text", "consent_version",
    "consent_text", "colour", "relay_only", "tells_time_left", "region", "closes_on_holidays", "late_words", "address",
    "welcome_text", "exit_to", "written", "said",
)  # fmt: skip
"""What is in a row as it is in the value, and is written with it."""
AS_IT_IS = (*SAID, "id", "slug", "mark", "mark_wide")
_as_it_is = attrgetter(*AS_IT_IS)


def clinic_value(row: tables.Clinic) -> Clinic:
    return Clinic(
        **dict(zip(AS_IT_IS, _as_it_is(row), strict=True)),
        zone=ZoneInfo(row.zone),
        policy=policy_value(row),
        accent=_digest(row.palette) if row.palette else "",
        position=Position(row.position),
        time_left=tuple(int(part) for part in row.time_left.split(",") if part),
        works_on=frozenset(date.fromisoformat(day) for day in row.works_on.split(",") if day),
        discreet=bool(row.discreet),
        acting=bool(row.acting),
        acts_for=frozenset(row.acts_for.split(",")) if row.acts_for else NOBODY,
        places=bool(row.has_places),
        silent=frozenset(row.silent.split("\n")) if row.silent else NOBODY,
        asks_place=bool(row.asks_place),
        only_listed=bool(row.only_listed),
        languages=tuple(row.languages.split(",")) if row.languages else (),
        listed=bool(row.listed),
        paying=Paying.read(row.paying) if row.paying else NO_PAYING,
    )


def policy_value(row: tables.Clinic) -> Policy:
    """What the clinic decided about times."""
    return Policy(
        notice=row.notice_minutes * MINUTE,
        horizon=row.horizon_days * DAY,
        step=row.step_minutes * MINUTE,
        change_until=row.change_until_minutes * MINUTE,
        opens=row.opens_minutes * MINUTE,
        hold=row.hold_minutes * MINUTE,
        answer=row.answer_hours * HOUR,
        late_cancel=bool(row.late_cancel),
        offer=max(row.offer_minutes * MINUTE, SHORTEST_OFFER) if row.offer_minutes else NEVER,
        lapses=row.offer_lapses,
        anyone=Anyone(row.anyone),
    )


def clinic_columns(clinic: Clinic) -> dict[str, Any]:
    return {
        **{name: getattr(clinic, name) for name in SAID},
        **policy_columns(clinic.policy),
        "zone": clinic.zone.key,
        "position": clinic.position,
        "time_left": ",".join(str(minutes) for minutes in clinic.time_left),
        "discreet": clinic.discreet,
        "asks_place": clinic.asks_place,
        "only_listed": clinic.only_listed,
        "languages": ",".join(clinic.languages),
        "listed": clinic.listed,
        "paying": str(clinic.paying),
        "works_on": ",".join(sorted(day.isoformat() for day in clinic.works_on)),
    }


def policy_columns(policy: Policy) -> dict[str, Any]:
    return {
        "notice_minutes": policy.notice // MINUTE,
        "horizon_days": policy.horizon // DAY,
        "step_minutes": policy.step // MINUTE,
        "change_until_minutes": policy.change_until // MINUTE,
        "opens_minutes": policy.opens // MINUTE,
        "hold_minutes": policy.hold // MINUTE,
        "answer_hours": policy.answer // HOUR,
        "offer_minutes": policy.offer // MINUTE,
        "offer_lapses": policy.lapses,
        "late_cancel": policy.late_cancel,
        "anyone": policy.anyone,
    }


def brand_value(clinic: Clinic) -> Brand:
    home = f"/c/{clinic.slug}"
    return Brand(
        name=clinic.name,
        own=clinic.own,
        said=clinic.said,
        title=clinic.sender if clinic.discreet else clinic.name,
        slug=clinic.slug,
        zone=clinic.zone,
        language=clinic.language,
        phone=clinic.phone,
        accent_css=f"{home}/accent.css?{clinic.accent}" if clinic.accent else None,
        home=home,
        help=f"{home}/help",
        mark=f"{home}/mark.png?{clinic.mark}" if clinic.mark else "",
        mark_wide=clinic.mark_wide,
        languages=clinic.languages,
        exit_to=clinic.exit_to,
        country=clinic.country,
        silent=clinic.silent,
    )


def _digest(palette: Mapping[str, Any]) -> str:
    return sha256(json.dumps(palette, sort_keys=True).encode()).hexdigest()[:10]


def service_value(row: tables.Service) -> Service:
    return Service(
        id=row.id,
        name=row.name,
        about=row.about,
        length=row.minutes * MINUTE,
        before=row.buffer_before * MINUTE,
        after=row.buffer_after * MINUTE,
        seats=row.seats,
        public=row.public,
        hidden=row.hidden_at is not None,
        team=row.team,
        needs=needs_value(row.needs),
        asks=row.asks,
        change_until=None if row.change_until_minutes is None else row.change_until_minutes * MINUTE,
        shows_places=row.shows_places,
        all_dates=row.all_dates,
        means=means_value(row.means),
        intake=row.intake_id,
        price=row.price,
        said=row.said,
    )


def service_columns(service: Service) -> dict[str, Any]:
    return {
        "said": service.said,
        "name": service.name,
        "about": service.about,
        "minutes": service.length // MINUTE,
        "buffer_before": service.before // MINUTE,
        "buffer_after": service.after // MINUTE,
        "seats": service.seats,
        "public": service.public,
        "team": service.team,
        "needs": ",".join(kind_id.hex for kind_id in service.needs),
        "asks": service.asks,
        "change_until_minutes": None if service.change_until is None else service.change_until // MINUTE,
        "shows_places": service.shows_places,
        "all_dates": service.all_dates,
        "means": ",".join(service.means),
        "price": service.price,
    }


def needs_value(kept: str) -> tuple[UUID, ...]:
    """The kinds that a service needs, as its row keeps them."""
    return tuple(UUID(part) for part in kept.split(",")) if kept else ()


def means_value(kept: str) -> tuple[Means, ...]:
    """How a service is given, as its row keeps it."""
    return BY_VIDEO if kept == Means.VIDEO else tuple(Means(part) for part in kept.split(","))


def card_value(row: tables.Therapist) -> TherapistCard:
    most = Most(row.most_a_day, row.most_a_week)
    return TherapistCard(
        row.staff_id, row.slug, row.name, row.about, hidden=row.hidden_at is not None, most=most, said=row.said
    )


def leave_value(row: tables.Leave) -> Leave:
    return Leave(row.id, row.therapist_id, row.from_at, row.until_at)
