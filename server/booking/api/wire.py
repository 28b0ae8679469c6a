"""What programs read of a clinic and its times: the shapes of the JSON, which the OpenAPI document is made from.

Moments are UTC with `Z`. A therapist is named by the part of their page's address, a service by its id.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct, field

from server import money
from server.booking.rules import BookingCard

Moment = Annotated[datetime, Meta(tz=True)]
"""Aware, which is what makes it a `date-time` of JSON Schema."""


class Price(Struct, frozen=True, kw_only=True):
    """An amount in the smallest unit of an ISO 4217 currency, of whose digits `decimals` stand after the point."""

    amount: int
    currency: str
    decimals: int


class Slot(Struct, frozen=True, kw_only=True):
    """A time that can be booked. Without a therapist: whoever is free then."""

    service: str
    therapist: str | None
    start: Moment


class Slots(Struct, frozen=True, kw_only=True):
    """The times of a span, rising, each start once. `tz` is the zone in which dates were read; `price` that of each."""

    slots: list[Slot]
    from_: Moment = field(name="from")
    to: Moment
    tz: str
    price: Price | None = None


class Therapist(Struct, frozen=True, kw_only=True):
    """`id` stays; `slug` is what slots name them by."""

    id: str
    slug: str
    name: str
    about: str


class Question(Struct, frozen=True, kw_only=True):
    """What a service asks before the visit. `kind` is short, long, one or several (of `choices`), or consent.

    It is answered in `answers` of a booking under its `id`: with words, one of the choices, a list of them, or true.
    `labels`: what to show for each choice, in the language asked for.
    """

    id: str
    kind: str
    ask: str
    hint: str
    choices: list[str]
    labels: list[str]
    required: bool


class Service(Struct, frozen=True, kw_only=True):
    """A bookable kind of session. `id` stays, `slug` follows the name; both are understood.

    `means`: video, phone or person. Of several, a booking says which; `phone` calls `number`, or else `phone`.
    With `questions_at_booking` a booking brings the required answers; else the patient's own page asks for what is
    missing. `lang`: the language that its name is in. What is not `public` the clinic's staff alone book, and who shows
    its key: nobody else is shown it.
    """

    id: str
    slug: str
    lang: str
    name: str
    about: str
    minutes: int
    public: bool = True
    means: list[str]
    therapists: list[str]
    questions: list[Question] = []
    questions_at_booking: bool = False
    price: Price | None = None


class Services(Struct, frozen=True, kw_only=True):
    """What can be booked, in the clinic's order."""

    services: list[Service]


class Consent(Struct, frozen=True, kw_only=True):
    """What a person agrees to before a booking: show it to them, then send `consent` with true or this version."""

    version: str
    text: str


class Clinic(Struct, frozen=True, kw_only=True):
    """A clinic as its public pages show it. Without `consent` nothing has to be agreed to.

    With `asks_where` a booking says `where` the person will be: one of `places`, or any other code of ISO 3166, for
    which nobody may be free. Its words are in the language asked for, as far as it wrote them; else in its own.
    `languages`: what its pages speak. `acts_for`: what `for_whom` may be besides me, with the `patient_name` of who
    comes.
    """

    slug: str
    name: str
    tz: str
    language: str
    languages: list[str]
    phone: str
    notice_minutes: int
    horizon_days: int
    change_until_minutes: int
    consent: Consent | None
    asks_where: bool
    places: Sequence[str]
    acts_for: list[str]
    services: list[Service]
    therapists: list[Therapist]


class Booking(Struct, frozen=True, kw_only=True):
    """A booking. `status` is booked, asked (the clinic answers first) or cancelled; `sequence` rises with changes;
    `price` is what it cost when it was booked.

    Until `change_until` the patient may move and cancel it; whoever shows a key may until it begins. `where` the person
    said that they will be, for who holds the booking's token alone.
    """

    id: str
    service: str
    therapist: str
    start: Moment
    end: Moment
    status: str
    means: str
    sequence: int
    change_until: Moment
    price: Price | None = None
    where: str | None = None


class Bookings(Struct, frozen=True, kw_only=True):
    """A page of bookings, by start. `next` is the cursor of the page after it, where there is one."""

    bookings: list[Booking]
    next: str | None


class MoveWish(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Another start, with the same therapist. `freely` and `outside_hours` as in a booking, for who shows a key."""

    start: Moment
    freely: bool = False
    outside_hours: bool = False


class CancelWish(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`reason` is asked for after `change_until`, where the clinic lets people cancel then; the therapist alone reads
    it, and it never leaves again."""

    reason: str = ""


class NewBooking(Booking, frozen=True, kw_only=True):
    """A booking that was just made. Who holds `token` may move and cancel it; `link` is its page for the patient.

    With `pay_by` it is kept until then for a payment, which that page takes; unpaid, it is free again.
    """

    token: str
    link: str
    pay_by: Moment | None = None


class BookingWish(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A slot as it was offered, and who comes. A mail address or a number is enough.

    `where` the person will be: a country or part of one as in ISO 3166 (`PT`, `US-TX`), or `else`.
    `answers`: question id -> what the service's `questions` want; they are sealed for whoever leads the visit.
    `consent`: true, or the version of the clinic's text. `interpreter` names a language, in at most
    80 signs; `language` is one of the clinic's `languages`. What cannot be read is 422, never left out.
    `for_whom`: me, or one of the clinic's `acts_for`: then `patient_name` comes, `name` is who books and is told, and
    `born` (a date) is needed of a child, whose guardian's `consent` counts below the clinic's age.
    `freely`, for who shows a key to write: any start ahead, off the grid and beyond what the clinic plans; with
    `outside_hours` also outside of the hours. Nothing is booked twice all the same.
    """

    service: str
    start: Moment
    name: str
    therapist: str | None = None
    email: str | None = None
    phone: str | None = None
    consent: bool | str = False
    reason: str | None = None
    means: str | None = None
    number: str | None = None
    where: str | None = None
    for_whom: str = "me"
    patient_name: str | None = None
    born: date | None = None
    interpreter: str | None = None
    captions: bool = False
    text_only: bool = False
    freely: bool = False
    outside_hours: bool = False
    language: str | None = None
    tz: str | None = None
    answers: dict[str, str | bool | list[str]] | None = None


def price_of(amount: int | None, currency: str | None) -> Price | None:
    """A price, where one is said."""
    if amount is None or not currency:
        return None
    return Price(amount=amount, currency=currency, decimals=money.digits(currency))


def status_of(card: BookingCard) -> str:
    """The one word for how a booking stands."""
    return "cancelled" if card.cancelled_at else "asked" if card.asked else "booked"


class FieldProblem(Struct, frozen=True, kw_only=True):
    field: str
    reason: str


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457. `reason` and those in `errors` are stable codes; `next_free` comes with a time that cannot be had."""

    type: str
    title: str
    status: int
    reason: str | None = None
    errors: list[FieldProblem] = []
    next_free: list[Slot] = []
