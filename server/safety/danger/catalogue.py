"""Reads the words that stand beside this file."""

import json
from functools import cache
from importlib.resources import files

from server.safety.danger.rules import WORDS, Danger, parse, speaks_of_danger, texts_of

PATH = "/me/safe"
"""Where whoever wrote such words comes."""


@cache
def danger() -> Danger:
    """Read once."""
    return parse(json.loads((files("server.safety.danger") / "words.json").read_text(encoding="utf-8")))


def in_danger(words: object) -> bool:
    """Whether what was written freely in an entry can mean that."""
    return speaks_of_danger(texts_of(words), danger().languages.values())


@cache
def for_browser() -> str:
    """The same lists for a page that finds them without a connection, as JSON."""
    lists = [{key: getattr(one, key) for key in WORDS} for one in danger().languages.values()]
    return json.dumps(lists, ensure_ascii=False, separators=(",", ":"))
