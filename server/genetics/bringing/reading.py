"""Results out of a file that a laboratory or a program made: PharmCAT's JSON, FHIR Observations, tables. Pure.

What comes out is what the file says, in our fields, for somebody to look at before any of it is kept. A gene for which
a file has several diplotypes comes several times: none is picked. What cannot be read as one result is not guessed: it
is named with the reason.
"""

import csv
import json
from collections.abc import Iterable
from typing import Any

from server.genetics.bringing.fhir import of_fhir
from server.genetics.bringing.found import MOST_FOUND, Found, Lab, Left, NotReadable, Part, Read, Whom
from server.genetics.bringing.pharmcat import of_pharmcat
from server.genetics.bringing.tabular import of_table
from server.genetics.catalogue import Tables
from server.strict_json import TooDeep, TwiceNamed, legible, read_json

DEEPEST = 60
LONGEST = 60


def read_file(data: bytes, tables: Tables) -> Read:
    """Raises NotReadable."""
    try:
        parts = list(dict.fromkeys(_parts(_text(data), tables)))
    except (RecursionError, TooDeep, csv.Error, UnicodeEncodeError) as odd:
        raise NotReadable from odd
    found = [one for one in parts if isinstance(one, Found)]
    left = [one for one in parts if isinstance(one, Left)]
    if not found or len(found) > MOST_FOUND:
        raise NotReadable(left)
    labs = {one.words for one in parts if isinstance(one, Lab)} | {one.lab for one in found if one.lab}
    return Read(found, left, [one for one in parts if isinstance(one, Whom)], labs.pop() if len(labs) == 1 else "")


def _parts(text: str, tables: Tables) -> Iterable[Part]:
    """Raises RecursionError and TooDeep for brackets without end, UnicodeEncodeError for half a sign, csv.Error for a
    cell without end, NotReadable for a name that stands twice: which of the two holds nobody can say.
    """
    try:
        value = read_json(text, DEEPEST)
    except TwiceNamed as name:
        raise NotReadable(twice=legible(str(name), LONGEST)) from name
    except TooDeep:
        raise
    except ValueError:
        return of_table(text, tables)
    json.dumps(value, ensure_ascii=False).encode()
    return _of_json(value, tables)


def _of_json(value: Any, tables: Tables) -> Iterable[Part]:
    if isinstance(value, dict) and isinstance(value.get("genes") or value.get("geneReports"), dict):
        return of_pharmcat(value, tables)
    return of_fhir(value, tables)


def _text(data: bytes) -> str:
    for way in _ways(data):
        try:
            return data.decode(way)
        except UnicodeDecodeError:
            continue
    raise NotReadable


def _ways(data: bytes) -> tuple[str, ...]:
    """How the text may be written; without a mark at its beginning UTF-16 shows itself by a nought in each letter."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ("utf-16",)
    if b"\x00" in data[:2]:
        return ("utf-16-be",) if data[:1] == b"\x00" else ("utf-16-le",)
    return ("utf-8-sig", "cp1252")
