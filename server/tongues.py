"""The languages of the program, and words that a clinic wrote in several of them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from babel import Locale, UnknownLocaleError

FOLDERS = [Path(str(files("web"))) / "locale"]
"""Where the sentences of the program lie in each language, as gettext has it."""

Said = Mapping[str, Mapping[str, str]]
"""What a clinic wrote besides its own language: language -> name of the words -> the words."""


@cache
def direction(language: str) -> str:
    """How a language is written: 'ltr' or 'rtl', by the locale data of Unicode."""
    return Locale.parse(language, sep="-").text_direction


@cache
def known(language: str) -> bool:
    """Whether the locale data of Unicode knows a language."""
    try:
        Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


@cache
def name_in(reader: str, language: str) -> str:
    """What who reads `reader` calls a language, such as 'French' or 'français'."""
    return Locale.parse(language, sep="-").get_display_name(reader) or language


def own_name(language: str) -> str:
    """What a language calls itself, as it begins a line, such as 'English' or 'Français'."""
    name = name_in(language, language)
    return name[:1].upper() + name[1:]


def catalogue_of(language: str) -> Path | None:
    """The file with the sentences of a language; None for English, in which they are asked for."""
    found = (folder / language / "LC_MESSAGES" / "parlour.po" for folder in FOLDERS)
    return next((one for one in found if one.exists()), None)


LANGUAGES: dict[str, str] = {tag: direction(tag) for tag in ("en", "ar")}
"""Every language that pages and messages speak, with its direction: a new one is its tag here, and its catalogue."""
SOURCE = "en"
"""The language that sentences are asked for in, and that stands in for what another one lacks."""


class Words(str):
    """Words in a language of their own. A page in another one marks them, so that they are read out right."""

    __slots__ = ("lang",)
    lang: str

    def __new__(cls, text: str, lang: str) -> "Words":
        made = super().__new__(cls, text)
        made.lang = lang
        return made


class Told(dict[str, str]):
    """Words of the program's own files, by language: whoever reads one in which they are lacking gets the English."""

    def __missing__(self, language: str) -> Words:
        return Words(self[SOURCE], SOURCE)


def told_in(words: Mapping[str, str]) -> Told:
    """Words as a file has them. Raises ValueError where it has none in English, or is empty in a language."""
    if SOURCE not in words or not all(words.values()):
        raise ValueError("words are there in English, and in no language empty")
    return Told(words)


class Spoken(Protocol):
    """A dataclass with words of a clinic. `SPOKEN`: under which name each of its fields stands in `said`; it may have
    `WITHIN`, the field with more of the kind.
    """

    SPOKEN: ClassVar[Mapping[str, str]]
    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def said(self) -> Said | None: ...


Thing = TypeVar("Thing", bound=Spoken)


def in_language(thing: Thing, wanted: str, own: str) -> Thing:
    """A thing as who reads `wanted` gets it: what was written in that language, and the rest as it was, in `own`."""
    if wanted == own:
        return thing
    said = (thing.said or {}).get(wanted, {})
    found = {field: said.get(name) or Words(getattr(thing, field), own) for field, name in thing.SPOKEN.items()}
    within = getattr(thing, "WITHIN", "")
    more = {within: tuple(in_language(one, wanted, own) for one in getattr(thing, within))} if within else {}
    return replace(thing, **found, **more)


def as_read(value: Any, wanted: str, own: str) -> Any:
    """What a page is given, in the language of its reader: a thing with words of a clinic, or a sequence of such."""
    if hasattr(value, "SPOKEN"):
        return in_language(value, wanted, own)
    if isinstance(value, Sequence) and value and hasattr(value[0], "SPOKEN"):
        return [in_language(one, wanted, own) for one in value]
    return value
