"""Whether a file fits the clinic that brings it, and what it changes against the version before. Pure."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from server.programmes.definition import Kind
from server.programmes.filed.forms import Filed
from server.programmes.filed.nearest import lacking
from server.programmes.mending import Problem

Data = Mapping[str, Any]
PARTS = ("figures", "phases", "steps", "gates", "stop_rules", "exports", "codes", "footings", "cautions")
"""What a file lists: each of its entries is known by a name of its own."""
WORDS = ("what", "name", "text", "reason", "words")
"""By what people know an entry."""
LABELLED = ("figures", "phases", "steps")


@dataclass(frozen=True)
class Known:
    """What a clinic has. `shipped`: the programmes of Parlour as data; `names`: programme -> its name, of all that can
    be given; `versions`: of this very programme, with the digest under which each was accepted; `measures` that it can
    ask, `lists` of medicines; `tool`: whether a patient's space has one of that name.
    """

    shipped: Mapping[str, Data]
    names: Mapping[str, str]
    versions: Mapping[str, str]
    measures: Collection[str]
    lists: Collection[str]
    tool: Callable[[str], bool]


def strange(filed: Filed, known: Known) -> Iterator[Problem]:
    """Every place that does not fit the clinic, with what would mend it."""
    one = filed.definition
    if one.id in known.shipped:
        yield Problem("id", "A programme of this id comes with the program. Give yours another.")
    if one.based_on and one.based_on not in known.shipped:
        yield Problem("based_on", f"There is no programme ‘{one.based_on}’ of Parlour. Leave it out if there is none.")
    for key, name in known.names.items():
        if key != one.id and name.casefold() == one.name.casefold():
            yield Problem("name", "Another programme has this name. Give yours one that nobody takes for the other.")
    if known.versions.get(one.version, filed.digest) != filed.digest:
        yield Problem("version", f"Courses may go by version {one.version} as it was. Give this one another.")
    yield from lacking(one)
    yield from _labels(filed.data, known.shipped.get(one.based_on, {}))
    yield from _elsewhere(filed, known)


def _labels(data: Data, base: Data) -> Iterator[Problem]:
    """Only what stands word for word in a programme of Parlour is taken to be what a label says."""
    for part in LABELLED:
        ours = _entries(base.get(part))
        for name, entry in _entries(data[part]).items():
            if entry.get("label") and _whole(entry) != _whole(ours.get(name, {})):
                said = "That a label says it stands here for what Parlour brings, word for word."
                yield Problem(f"{part}.{name}.label", f"{said} Write false: somebody of your clinic confirms it.")


def _whole(entry: Data) -> Data:
    return {name: value for name, value in entry.items() if value not in (None, [], "")}


def _elsewhere(filed: Filed, known: Known) -> Iterator[Problem]:
    for step in filed.definition.steps:
        place = f"steps.{step.id}"
        if step.kind is Kind.MEASURE and step.measure not in known.measures:
            yield Problem(f"{place}.measure", f"There is no measure ‘{step.measure}’ that can be asked.")
        for question in step.questions:
            if question.watches and question.watches not in known.lists:
                yield Problem(f"{place}.{question.id}.watches", f"There is no list of medicines ‘{question.watches}’.")
        for tool in step.gives.tools if step.gives else ():
            if not known.tool(tool):
                yield Problem(f"{place}.gives.tools", f"There is no tool ‘{tool}’ in a patient’s space.")


class Sort(StrEnum):
    """What became of a place."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    """One thing that another version says otherwise. `part` of the file, '' for what it says of itself; `name`: of the
    entry, in words; `place`: where in it, '' where all of it is new or gone; `was` and `now` as they stand there.
    """

    part: str
    name: str
    sort: Sort
    place: str = ""
    was: str = ""
    now: str = ""


def changes(before: Data, after: Data) -> list[Change]:
    """What a file says otherwise than the one before, in the order of the file; what is gone comes last of its part."""
    own = [name for name in dict.fromkeys([*after, *before]) if name not in (*PARTS, "format")]
    found = [
        Change("", "", one.sort, name, one.was, one.now)
        for name in own
        for one in _values(before.get(name), after.get(name), "")
    ]
    return [*found, *(each for part in PARTS for each in _part(part, before.get(part), after.get(part)))]


def _part(part: str, before: Any, after: Any) -> Iterator[Change]:
    was, now = _entries(before), _entries(after)
    for name, entry in now.items():
        called = _called(name, entry)
        if name not in was:
            yield Change(part, called, Sort.NEW, now=str(entry.get("value", "")))
            continue
        for one in _values(was[name], entry, ""):
            yield Change(part, called, one.sort, one.place, one.was, one.now)
    yield from (Change(part, _called(name, was[name]), Sort.GONE) for name in was if name not in now)
    if part != "figures" and _moved(was, now):
        yield Change(part, "", Sort.CHANGED, "order", ", ".join(was), ", ".join(now))


def _values(was: Any, now: Any, place: str) -> Iterator[Change]:
    """Every place within an entry at which it is another."""
    if was == now and type(was) is type(now):
        return
    if isinstance(was, dict) and isinstance(now, dict):
        for name in dict.fromkeys([*was, *now]):
            yield from _values(was.get(name), now.get(name), f"{place}.{name}".lstrip("."))
    elif _named(was) and _named(now):
        old, new = _entries(was), _entries(now)
        yield from _values(old, new, place)
        if _moved(old, new):
            yield Change("", "", Sort.CHANGED, f"{place}.order".lstrip("."), ", ".join(old), ", ".join(new))
    else:
        sort = Sort.NEW if was is None else Sort.GONE if now is None else Sort.CHANGED
        yield Change("", "", sort, place, _said(was), _said(now))


def _moved(was: Mapping[str, Data], now: Mapping[str, Data]) -> bool:
    """Whether what stands in both stands in another order."""
    return [name for name in was if name in now] != [name for name in now if name in was]


def _named(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and "id" in one for one in value)


def _entries(value: Any) -> Mapping[str, Data]:
    """Name -> entry, of a part that is a table or a list; what has no id is known by its words."""
    if isinstance(value, dict):
        return value
    several: Sequence[Data] = value or ()
    return {str(one.get("id", one.get("words", ""))): one for one in several}


def _called(name: str, entry: Data) -> str:
    return next((str(entry[word]) for word in WORDS if entry.get(word)), name)


def _said(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        told = value.get("text") or value.get("name")
        return str(told) if told else ", ".join(f"{name}: {_said(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
