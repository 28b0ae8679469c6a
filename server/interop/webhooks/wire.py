"""What other systems are told: the shapes of the JSON, which the OpenAPI document is made from. Ids and times alone."""

from msgspec import Struct

from server.booking.api.wire import Moment


class ToldBooking(Struct, frozen=True, kw_only=True):
    """The booking as it was when the message was written; `sequence` is that of the change it tells of.
    `therapist`: the slug by which the API names them."""

    id: str
    service: str
    therapist: str
    start: Moment
    end: Moment
    status: str
    means: str
    sequence: int


class Telling(Struct, frozen=True, kw_only=True):
    """What happened, when, to which booking."""

    type: str
    timestamp: Moment
    data: ToldBooking
