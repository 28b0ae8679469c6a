"""What only makes sense together in the data of a measure: ranges, options, and items that name each other. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from server.measures import rules
from server.measures.shape import FileShape, OptionShape


class Fault(StrEnum):
    """Why a file is not a measure."""

    NOT_JSON = "not_json"
    TOO_LARGE = "too_large"
    MISSING = "missing"
    UNKNOWN_FIELD = "unknown_field"
    NOT_TEXT = "not_text"
    NOT_WHOLE = "not_whole"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_CHOICE = "not_a_choice"
    TWICE = "twice"
    NO_OPTIONS = "no_options"
    NO_SUCH_ITEM = "no_such_item"
    LATER_ITEM = "later_item"
    RANGE_DIFFERS = "range_differs"
    GAP = "gap"
    NEVER_REACHED = "never_reached"
    NO_TEXT = "no_text"
    CHECK_DIGIT = "check_digit"
    UNFIT = "unfit"


@dataclass(frozen=True)
class Problem:
    """What is wrong and where: `items.3.text`."""

    path: str
    fault: Fault


def faults(file: FileShape) -> Iterable[Problem]:
    yield from _twice(file)
    yield from _options_faults(file)
    yield from _names_faults(file)
    yield from _codes(file)
    if not any(item.options is None and not file.options for item in file.items):
        yield from _range_faults(file)


def _twice(file: FileShape) -> Iterable[Problem]:
    for place, ids in (
        ("items", [one.id for one in file.items]),
        ("bands", [one.id for one in file.bands]),
        ("outcomes", [one.id for one in file.outcomes]),
        ("subscales", [one.id for one in file.subscales]),
    ):
        counts = Counter(ids)
        yield from (Problem(f"{place}.{at}.id", Fault.TWICE) for at, one in enumerate(ids) if counts[one] > 1)


def _options_faults(file: FileShape) -> Iterable[Problem]:
    places = [("options", file.options)] if file.options else []
    for at, item in enumerate(file.items):
        if item.options:
            places.append((f"items.{at}.options", item.options))
        elif not file.options:
            yield Problem(f"items.{at}.options", Fault.NO_OPTIONS)
        if item.text is None and not file.shell:
            yield Problem(f"items.{at}.text", Fault.NO_TEXT)
    for place, options in places:
        counts = Counter(option.value for option in options)
        for at, option in enumerate(options):
            if counts[option.value] > 1:
                yield Problem(f"{place}.{at}.value", Fault.TWICE)
            if option.text is None and not file.shell:
                yield Problem(f"{place}.{at}.text", Fault.NO_TEXT)


def _names_faults(file: FileShape) -> Iterable[Problem]:
    order = {item.id: at for at, item in enumerate(file.items)}
    named: list[tuple[str, Sequence[str]]] = [(f"flags.{at}.item", [one.item]) for at, one in enumerate(file.flags)]
    named += [(f"subscales.{at}.items", one.items) for at, one in enumerate(file.subscales)]
    for at, one in enumerate(file.outcomes):
        named.append((f"outcomes.{at}", [*(one.when.items if one.when else ()), *one.none_of]))
        if bool(one.when) == bool(one.none_of):
            yield Problem(f"outcomes.{at}.when", Fault.MISSING)
    for path, ids in named:
        if any(one not in order for one in ids):
            yield Problem(path, Fault.NO_SUCH_ITEM)
    for at, item in enumerate(file.items):
        for before in item.ask_if.items if item.ask_if else ():
            if order.get(before, at) >= at:
                yield Problem(f"items.{at}.ask_if", Fault.LATER_ITEM if before in order else Fault.NO_SUCH_ITEM)
    yield from _silent(file)


def _silent(file: FileShape) -> Iterable[Problem]:
    """Flags that no option can set off."""
    most = {
        item.id: max(option.value for option in item.options or file.options or [OptionShape(value=0)])
        for item in file.items
    }
    for at, flag in enumerate(file.flags):
        if flag.item in most and flag.at_least > most[flag.item]:
            yield Problem(f"flags.{at}.at_least", Fault.NEVER_REACHED)


def _codes(file: FileShape) -> Iterable[Problem]:
    """LOINC numbers whose check digit is another."""
    codes = [(f"items.{at}.loinc", one.loinc) for at, one in enumerate(file.items)]
    codes += [("loinc.panel", file.loinc.panel), ("loinc.total", file.loinc.total)] if file.loinc else []
    for path, code in codes:
        if code and code[0].isdigit() and check_digit(code.split("-")[0]) != int(code.split("-")[1]):
            yield Problem(path, Fault.CHECK_DIGIT)


def check_digit(number: str) -> int:
    """The mod-10 digit of a LOINC number: odd places from the right make a number that is doubled, then digits sum."""
    odd, even = number[::-1][::2], number[::-1][1::2]
    digits = even + str(int(odd) * 2)
    return -sum(map(int, digits)) % 10


def _range_faults(file: FileShape) -> Iterable[Problem]:
    low, high = file.scoring.range
    if file.scoring.method is rules.Method.OUTCOMES:
        if not file.outcomes:
            yield Problem("outcomes", Fault.MISSING)
        if file.bands:
            yield Problem("bands", Fault.UNKNOWN_FIELD)
        return
    if (low, high) != reach(file):
        yield Problem("scoring.range", Fault.RANGE_DIFFERS)
    if not file.bands:
        yield Problem("bands", Fault.MISSING)
    for at, (one, after) in enumerate(pairwise([low - 1, *(band.to for band in file.bands)])):
        band = file.bands[at]
        if band.from_ != one + 1 or band.to < band.from_:
            yield Problem(f"bands.{at}.from", Fault.GAP)
        elif after > high:
            yield Problem(f"bands.{at}.to", Fault.OUT_OF_RANGE)
    if file.bands and file.bands[-1].to != high:
        yield Problem(f"bands.{len(file.bands) - 1}.to", Fault.GAP)
    if file.cut is not None and not low <= file.cut <= high:
        yield Problem("cut", Fault.OUT_OF_RANGE)
    if file.scoring.missing >= sum(item.scored for item in file.items):
        yield Problem("scoring.missing", Fault.OUT_OF_RANGE)


def reach(file: FileShape) -> tuple[int, int]:
    """The lowest and the highest total that the options allow."""
    values = [[option.value for option in item.options or file.options] for item in file.items if item.scored]
    skips = [0 if item.ask_if else None for item in file.items if item.scored]
    lows = [min(one) if skip is None else min(*one, skip) for one, skip in zip(values, skips, strict=True)]
    return sum(lows) * file.scoring.multiply, sum(map(max, values)) * file.scoring.multiply
