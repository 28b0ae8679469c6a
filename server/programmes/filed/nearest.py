"""Which programme of Parlour a clinic's file is or is nearly, and what it may not lack then. Pure.

A file is known by what its rules go by: the ids of its steps, questions, gates and figures. What it calls itself and
which one it names are words that can be left out.
"""

from collections.abc import Iterator
from functools import cache

from server.programmes.catalogue import family_of, shipped
from server.programmes.definition import Definition, Kind
from server.programmes.footings import Base, Footing
from server.programmes.mending import Problem

ALIKE = 0.5
"""A file is near a programme with which it shares this part of the ids of the smaller one of the two."""
NAMES = ("ketamin", "كيتامين")
"""By these within its name a programme with readings gives ketamine or esketamine, whatever it was made of."""
GIVES = "ketamine-iv"


def bases_of(one: Definition) -> tuple[Definition, ...]:
    """The programmes of Parlour that a file is held against: the one that it was made of, while it is near to that, and
    the nearest where that is another. None: it is near to none.
    """
    named, near = shipped().get(one.based_on), nearest(one)
    both = [named if named and _share(one, named) >= ALIKE else None, near]
    return tuple({known.id: known for known in both if known}.values())


def nearest(one: Definition) -> Definition | None:
    """The programme of Parlour that has most in common with a file; None where none is near. Of two that have as much,
    such as those at home, it is the one that the file was made of, then the one of which more is word for word there,
    then the first by its id.
    """
    best = max(sorted(shipped().values(), key=lambda known: known.id), key=lambda known: _rank(one, known))
    return best if _share(one, best) >= ALIKE else None


def _rank(one: Definition, known: Definition) -> tuple[float, bool, int]:
    mine, theirs = ids_of(one), _ids_of(known.id)
    return len(mine & theirs) / len(mine | theirs), known.id == one.based_on, _word_for_word(one, known)


def _word_for_word(one: Definition, known: Definition) -> int:
    """How many entries stand in both as they are."""
    same = [step for step in one.steps if step == known.by_id.get(step.id)]
    phases = [phase for phase in one.phases if phase in known.phases]
    figures = [figure for name, figure in one.figures.items() if figure == known.figures.get(name)]
    return len(same) + len(phases) + len(figures)


def _share(one: Definition, known: Definition) -> float:
    mine, theirs = ids_of(one), _ids_of(known.id)
    return len(mine & theirs) / min(len(mine), len(theirs))


def ids_of(one: Definition) -> frozenset[str]:
    """Of steps with their questions, of gates, and of figures."""
    asked = {f"{step.id}.{question.id}" for step in one.steps for question in step.questions}
    beside = {*(f"gate {gate.id}" for gate in one.gates), *(f"figure {name}" for name in one.figures)}
    return frozenset({*asked, *beside, *(step.id for step in one.steps)})


@cache
def _ids_of(key: str) -> frozenset[str]:
    return ids_of(shipped()[key])


def lacking(one: Definition) -> Iterator[Problem]:
    """What keeps courses from beginning by a file of a clinic, with the line to add: the family by which programmes of
    one medicine know of each other, and who answers for sessions at home.
    """
    bases = bases_of(one)
    yield from _family(one, bases)
    led = next((known for known in (*bases, *_at_home(one)) if _people(known)), None)
    if led:
        yield from _led(one, led)


def _family(one: Definition, bases: tuple[Definition, ...]) -> Iterator[Problem]:
    named = [shipped()[GIVES]] if _is_ketamine(one) else []
    known = next((each for each in (*reversed(bases), *named) if each.family), None)
    if known and family_of(one) != known.family:
        why = (
            "Programmes of one family know of each other: none begins beside another, and sessions keep their distance."
        )
        yield Problem("family", f'It is near to ‘{known.name}’. {why} Add the line "family": "{known.family}".')


def _is_ketamine(one: Definition) -> bool:
    """By its name, and since somebody is watched in its sessions: talks about ketamine give none."""
    told = f"{one.id} {one.name}".casefold()
    return any(name in told for name in NAMES) and any(step.kind is Kind.CLOCK for step in one.steps)


def _people(one: Definition) -> list[Footing]:
    return [each for each in one.footings if each.base is Base.PERSON]


def _at_home(one: Definition) -> Iterator[Definition]:
    """The programmes that somebody answers for of whose own, which no other has, half or more is in a file."""
    led = [known for known in shipped().values() if _people(known)]
    others = {name for known in shipped().values() if known not in led for name in _ids_of(known.id)}
    for known in led:
        theirs = _ids_of(known.id) - others
        if len(theirs & ids_of(one)) >= ALIKE * len(theirs):
            yield known


def _led(one: Definition, known: Definition) -> Iterator[Problem]:
    people = {each.id for each in _people(one)}
    was = _people(known)[0]
    if not people:
        line = f'{{"id": "{was.id}", "base": "person", "name": "{was.name}", "source": "…"}}'
        yield Problem(
            "footings", f"It is near to ‘{known.name}’, for which a person of the clinic answers. Add {line}."
        )
    gates = [gate for gate in one.gates if gate.before == one.treatment.id and people & set(gate.footings)]
    if not gates:
        gate = (
            f'{{"id": "led", "before": "{one.treatment.id}", "footings": ["{was.id}"], "holds": true, "reason": "…"}}'
        )
        yield Problem("gates", f"No gate keeps a session from beginning while nobody answers for it. Add {gate}.")
