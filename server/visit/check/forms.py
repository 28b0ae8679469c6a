"""What the page of the check posts: an offer to our own peer, and its figures, each within bounds. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from enum import StrEnum
from typing import Annotated, Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from server.visit.check.rules import Figures

LONGEST_BODY = 40 * 1024
LONGEST_OFFER = 32 * 1024

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Milliseconds = Annotated[int, Field(ge=0, le=60_000)]
Kilobits = Annotated[int, Field(ge=0, le=1_000_000)]


class Trouble(StrEnum):
    TOO_LONG = "too_long"
    UNKNOWN = "unknown"


class _Offer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    sdp: Annotated[str, Field(min_length=1, max_length=LONGEST_OFFER)]


BOUNDS: Mapping[str, Any] = {
    "level": Share | None,
    "connect_ms": Milliseconds | None,
    "rtt_ms": Milliseconds | None,
    "jitter_ms": Milliseconds | None,
    "loss": Share | None,
    "up_kbps": Kilobits | None,
    "down_kbps": Kilobits | None,
    "frames": Annotated[int, Field(ge=0, le=100_000)] | None,
}
"""Between what a number of `Figures` lies; its other fields are words and are checked by their types."""

_TYPES = get_type_hints(Figures)
_FIELDS: Mapping[str, Any] = {
    one.name: (BOUNDS.get(one.name, _TYPES[one.name]), one.default) for one in fields(Figures)
}
_Figures: type[BaseModel] = create_model("_Figures", __config__=ConfigDict(extra="forbid"), **_FIELDS)


def offer_of(body: bytes) -> str | Trouble:
    """The description of the browser's session."""
    if len(body) > LONGEST_BODY:
        return Trouble.TOO_LONG
    try:
        return _Offer.model_validate_json(body).sdp
    except ValidationError:
        return Trouble.UNKNOWN


def figures_of(body: bytes) -> Figures | Trouble:
    """What the browser measured; what a check of ours never sends is no figure."""
    if len(body) > LONGEST_BODY:
        return Trouble.TOO_LONG
    try:
        return Figures(**dict(_Figures.model_validate_json(body)))
    except ValidationError:
        return Trouble.UNKNOWN


def to_json(figures: Figures) -> dict[str, object]:
    """As it is kept: what was not measured is left out."""
    return {name: value for name, value in asdict(figures).items() if value is not None}


def from_json(kept: dict[str, object]) -> Figures:
    return Figures(**dict(_Figures.model_validate(kept)))
