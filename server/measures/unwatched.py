"""A clinic's own file for a measure that asks about danger, without the flags that would call people. Pure."""

from collections.abc import Iterable

from server.measures.rules import Instrument, Item, Weight


def unwatched(own: Instrument, known: Iterable[Instrument]) -> list[int]:
    """The numbers of the questions that speak of danger by what we know of this measure, and for which its file raises
    no alert.
    """
    loud = {flag.item for flag in own.flags if flag.weight is not Weight.REVIEW}
    found = set[int]()
    for one in known:
        if same(own, one):
            risky = [one.item(flag.item) for flag in one.flags if flag.weight is not Weight.REVIEW]
            found |= {number for item in risky if item and (number := _place(own, one, item, loud))}
    return sorted(found)


def same(own: Instrument, known: Instrument) -> bool:
    """Whether both are one measure: by its id, its name, or the code of the whole."""
    if own.panel and own.panel == known.panel:
        return True
    names = {_plain(known.id), _plain(known.name)}
    return any(_plain(one).startswith(name) for one in (own.id, own.name) for name in names)


def _place(own: Instrument, known: Instrument, item: Item, loud: set[str]) -> int | None:
    """The number of this question, unless the file has a flag for it: by its id, its code, or where it stands."""
    number = known.number(item.id)
    by_name = [one for one in own.items if one.id == item.id or (item.loinc and one.loinc == item.loinc)]
    mine = next(iter(by_name), own.items[number - 1] if number <= len(own.items) else None)
    return None if mine is None or mine.id in loud else own.number(mine.id)


def _plain(words: str) -> str:
    return "".join(sign for sign in words.casefold() if sign.isalnum())
