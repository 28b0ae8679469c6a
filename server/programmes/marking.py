"""A definition whose sentences carry the language that its file is written in, so that each page marks them. Pure."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

from server.programmes.definition import Definition
from server.tongues import Words

SENTENCES = frozenset(
    {"name", "about", "notice", "text", "reason", "words", "what", "source", "lines", "options", "first"}
)
"""Fields of a definition that people read."""


def marked(definition: Definition, lang: str) -> Definition:
    """The same, with each sentence in this language; what its words are called in others stays as it is."""
    found = cast(Definition, _marked(definition, lang))
    return replace(found, words={other: dict(words) for other, words in definition.words.items()})


def _marked(value: Any, lang: str) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **dict(_fields(value, lang)))
    if isinstance(value, tuple):
        return tuple(_marked(one, lang) for one in value)
    if isinstance(value, Mapping):
        return {key: _marked(one, lang) for key, one in value.items()}
    return value


def _fields(value: Any, lang: str) -> Any:
    for one in fields(value):
        inner = getattr(value, one.name)
        if one.name in SENTENCES and isinstance(inner, str | tuple | dict):
            yield one.name, _spoken(inner, lang)
        elif one.init:
            yield one.name, _marked(inner, lang)


def _spoken(value: Any, lang: str) -> Any:
    if isinstance(value, str):
        return Words(value, lang) if value else value
    if isinstance(value, tuple):
        return tuple(_spoken(one, lang) for one in value)
    return {key: _spoken(one, lang) if isinstance(one, str) else one for key, one in value.items()}
