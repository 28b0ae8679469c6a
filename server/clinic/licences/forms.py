"""What the form of a licence accepts: submitted fields -> Licence, or a reason per field. Pure."""

from collections.abc import Collection, Mapping
from uuid import UUID

from server.clinic.licences.rules import Licence, Place
from server.clinic.sheet import Fields, Reason, Sheet

KIND_LENGTH = 80
NUMBER_LENGTH = 60
Regions = Mapping[str, Collection[str]]


def parse_licence(
    licence_id: UUID, fields: Fields, countries: Collection[str], regions: Regions
) -> Licence | dict[str, Reason]:
    """A licence as typed. An empty region means the whole country, an empty day that it has no end."""
    sheet = Sheet(fields)
    country = sheet.choice("country", countries)
    region = fields.get("region", "") if country in regions else ""
    if region and region not in regions[country]:
        sheet.reasons["region"] = Reason.UNKNOWN
    kind = sheet.line("kind", KIND_LENGTH)
    number = sheet.line("number", NUMBER_LENGTH, needed=False)
    expires = sheet.day("expires") if fields.get("expires", "").strip() else None
    return sheet.answer(Licence(licence_id, Place(country, region), kind, number, expires))
