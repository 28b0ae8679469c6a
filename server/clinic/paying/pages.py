"""The page on which an admin says how the clinic is paid, and the form that keeps its keys at Stripe."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server import money, outbox
from server.access import Action
from server.audit.store import note
from server.clinic import store as clinics
from server.clinic.paying import store
from server.clinic.paying.extra import stripe_is_there
from server.clinic.paying.forms import parse_keys, parse_paying, paying_fields
from server.clinic.paying.least import NOT_BY_CARD, by_card
from server.clinic.paying.rules import Paying, StripeKeys, Way
from server.clinic.paying.store import Kept
from server.clinic.requests import Typed, clinic_id_of, entry_of, form_of
from server.clinic.rules import Clinic
from server.clinic.sheet import Reason
from server.clinic.tongues import Tongue, others, tongues
from server.errors import NotFound
from server.house import House, house_of
from server.routing import page, viewer_of
from server.templates import language_of, render

HERE = "/staff/clinic/paying"


@dataclass(frozen=True)
class PayingPage:
    """clinic/paying.html. `ways`: those that can be chosen; `hook`: where Stripe sends its messages."""

    clinic: Clinic
    held: Kept
    ways: Sequence[str]
    there: bool
    currencies: Sequence[tuple[str, str]]
    form: Mapping[str, str]
    reasons: Mapping[str, Reason]
    hook: str
    tongues: Sequence[Tongue]


@dataclass(frozen=True)
class Found:
    """What the page is made of."""

    clinic: Clinic
    kept: Kept
    prices: Sequence[int]


async def paying_page(request: Request) -> Response:
    """`GET /staff/clinic/paying`."""
    found = await _load(request)
    clinic = found.clinic
    fields = paying_fields(clinic.paying, found.kept.words, money.currency_of(clinic.country), found.kept.said)
    return _show(request, found, Typed(fields), {})


async def keep_paying(request: Request) -> Response:
    """`POST /staff/clinic/paying`: it holds for what is booked from now on; what is booked keeps what it was told."""
    house, viewer, found = house_of(request), viewer_of(request), await _load(request)
    fields = await form_of(request)
    languages, said = others(found.clinic), found.kept.said
    parsed = parse_paying(fields, ways_of(found.kept), money.currencies(), languages, said)
    if isinstance(parsed, tuple):
        parsed = _clash(found, parsed[0]) or parsed
    if not isinstance(parsed, tuple):
        return _show(request, found, fields, parsed)
    paying, words, said = parsed

    async def work(db: AsyncSession) -> None:
        current = await clinics.clinic_to_change(db, found.clinic.id)
        await clinics.change_clinic(db, replace(current or found.clinic, paying=paying), None)
        await store.keep_words(db, found.clinic.id, words, viewer.staff_id, house.clock(), said)
        detail = {"way": paying.way.value, "currency": paying.currency, "refunds": str(paying.refunds)}
        note(db, entry_of(viewer, "payment.changed", "clinic", found.clinic.id, detail), house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{HERE}?notice=kept", 303)


def _clash(found: Found, wanted: Paying) -> dict[str, Reason]:
    """What has something against it: the currency itself, or prices that stand already."""
    if wanted.way is Way.STRIPE and wanted.currency in NOT_BY_CARD:
        return {"currency": Reason.NOT_BY_CARD}
    if not found.prices:
        return {}
    if wanted.currency != found.clinic.paying.currency:
        return {"currency": Reason.HAS_PRICES}
    if wanted.way is not Way.STRIPE:
        return {}
    card = by_card(wanted.currency)
    if min(found.prices) < card.least:
        return {"way": Reason.BELOW_LEAST}
    return {"way": Reason.BETWEEN_STEPS} if any(price % card.step for price in found.prices) else {}


async def keep_keys(request: Request) -> Response:
    """`POST /staff/clinic/paying/keys`: sealed at once, and never shown again."""
    house, found, fields = house_of(request), await _load(request), await form_of(request)
    keys = parse_keys(fields)
    if not isinstance(keys, StripeKeys):
        clinic = found.clinic
        plain = paying_fields(clinic.paying, found.kept.words, money.currency_of(clinic.country), found.kept.said)
        return _show(request, found, Typed(plain), keys)
    ring = await house.keys.clinic(found.clinic.id)
    await _keep_keys(request, found.clinic, store.named(keys.key), store.sealed(ring, found.clinic.id, keys))
    return RedirectResponse(f"{HERE}?notice=kept", 303)


async def drop_keys(request: Request) -> Response:
    """`POST /staff/clinic/paying/keys/drop`: nobody pays by Stripe any more; who has paid already has paid, and what
    waits for a payment stands without it."""
    found = await _load(request)
    await _keep_keys(request, found.clinic, "", None)
    return RedirectResponse(f"{HERE}?notice=kept", 303)


async def _keep_keys(request: Request, clinic: Clinic, account: str, sealed: tuple[bytes, bytes] | None) -> None:
    house, viewer = house_of(request), viewer_of(request)
    now = house.clock()

    async def work(db: AsyncSession) -> None:
        await store.keep_keys(db, clinic.id, account, sealed, viewer.staff_id, now)
        current = await clinics.clinic_to_change(db, clinic.id)
        if sealed is None and current and current.paying.way is Way.STRIPE:
            await clinics.change_clinic(db, replace(current, paying=replace(current.paying, way=Way.NONE)), None)
        note(db, entry_of(viewer, "payment.keys_changed", "clinic", clinic.id, {"there": sealed is not None}), now)
        outbox.add(db, store.STOPPED, {"clinic": str(clinic.id)}, now)
        outbox.add(db, store.FORGET, {"clinic": str(clinic.id)}, now, due_at=now + store.NEEDED)

    await house.db.unit(work)
    house.outbox.nudge()


def ways_of(kept: Kept) -> list[str]:
    """Ways that can be chosen here and now."""
    return [way for way in Way if way is not Way.STRIPE or (stripe_is_there() and kept.has_keys)]


async def _load(request: Request) -> Found:
    house, clinic_id = house_of(request), clinic_id_of(viewer_of(request))

    async def work(db: AsyncSession) -> Found:
        clinic = await clinics.clinic_of(db, clinic_id)
        if clinic is None:
            raise NotFound()
        return Found(clinic, await store.kept_of(db, clinic_id), await store.prices_of(db, clinic_id))

    return await house.db.read(work)


def hook_address(house: House, clinic: Clinic) -> str:
    """Where Stripe sends its messages about this clinic."""
    return f"{house.settings.base_url}/pay/{clinic.slug}/stripe"


def _show(request: Request, found: Found, fields: Mapping[str, str], reasons: Mapping[str, Reason]) -> Response:
    named = money.currencies(language_of(request, request.state.brand))
    context = PayingPage(
        clinic=found.clinic,
        held=found.kept,
        ways=ways_of(found.kept),
        there=stripe_is_there(),
        currencies=[(code, f"{code}, {name}") for code, name in named.items()],
        form=fields,
        reasons=reasons,
        hook=hook_address(house_of(request), found.clinic),
        tongues=tongues(found.clinic),
    )
    return render(request, "clinic/paying.html", context, status=422 if reasons else 200)


routes = [
    page(HERE, paying_page, Action.CLINIC),
    page(HERE, keep_paying, Action.CLINIC, methods=("POST",)),
    page(f"{HERE}/keys", keep_keys, Action.CLINIC, methods=("POST",), name="keep_payment_keys"),
    page(f"{HERE}/keys/drop", drop_keys, Action.CLINIC, methods=("POST",), name="drop_payment_keys"),
]
