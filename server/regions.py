"""Parts of countries where a licence to treat is given by the part, not by the country: its states or provinces."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from babel import Locale


@cache
def regions() -> Mapping[str, Mapping[str, str]]:
    """Country -> code as in ISO 3166-2 ('US-TX') -> its name; only of countries where the part matters."""
    text = (files("server") / "regions.json").read_text(encoding="utf-8")
    return {country: dict(parts) for country, parts in json.loads(text)["countries"].items()}


def place_name(country: str, region: str = "", language: str = "en") -> str:
    """'Texas, United States', 'Portugal', or '' when nothing is known."""
    name = str(Locale(language).territories.get(country, country)) if country else ""
    part = regions().get(country, {}).get(region, "")
    return f"{part}, {name}" if part else name
