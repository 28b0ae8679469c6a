"""What in the footings of a definition does not fit together, in sentences. Pure."""

from collections.abc import Iterator

from server.programmes.footings import Base
from server.programmes.questions import Unit
from server.programmes.shape import FileShape


def astray(file: FileShape) -> Iterator[tuple[str, str]]:
    """Where in the file, and what would mend it."""
    known, asked = {one.id for one in file.footings}, {name for gate in file.gates for name in gate.footings}
    for gate in file.gates:
        place = f"gates.{gate.id}.footings"
        yield from ((place, f"There is no footing ‘{name}’.") for name in gate.footings if name not in known)
        if gate.footings and not gate.holds:
            yield place, "Nobody passes a gate that asks for what lies outside of the course: it has to hold."
    for one in file.footings:
        place = f"footings.{one.id}"
        if one.id not in asked:
            yield place, "No gate asks for it."
        if (one.base is Base.DATE) != (one.until is not None) or bool(one.warn) != (one.base is Base.DATE):
            yield place, "A date says until when it holds and when to warn, and a person does not."
        figure = file.figures.get(one.warn or "")
        if figure and figure.unit is not Unit.DAYS:
            yield f"{place}.warn", "It is warned of so many days before."
    if len(known) < len(file.footings):
        yield "footings", "There are two of one name. Give one of them another."
