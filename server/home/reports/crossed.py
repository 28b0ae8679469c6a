"""Two tables of the same counts, by therapist and by service: what of both may be shown beside each other. Pure.

Each table hides so much that nobody can work out a small count from it alone (`published`). But who gives what is no
secret, so one table may say what the other hides, and both together how often one therapist gave one service. Seen as a
flow from therapists to services, a count is open to doubt if it lies on a circle along which one more there is one less
elsewhere and nothing changes that is shown.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from server.home.reports.rules import FEWEST, KINDS, Group, Published, published

Cells = Mapping[tuple[int, int], int]
"""(place of the therapist, place of the service) -> what was counted."""
Orders = tuple[Sequence[int], Sequence[int]]
"""In which order rows are hidden, and columns: see `published`."""
Both = tuple[Published, Published]
ROWS, COLUMNS = -1, -2  # where all flow comes from, and where it goes


@dataclass(frozen=True)
class Crossed:
    """Counts of some rows and columns. `able`: pairs that could have any; `least`: what a line holds at least, rows
    before columns, as far as something else that is shown says so."""

    cells: Cells
    sizes: tuple[int, int]
    able: Collection[tuple[int, int]] = ()
    least: Mapping[int, int] = field(default_factory=dict)

    @property
    def lines(self) -> list[int]:
        """The sum of each row, and then of each column."""
        rows, columns = self.sizes
        sums = [0] * (rows + columns)
        for (row, column), count in self.cells.items():
            sums[row] += count
            sums[rows + column] += count
        return sums

    def ways(self) -> dict[int, dict[int, int]]:
        """From each row to each column that it could have something in, and back: how much there is."""
        found: dict[int, dict[int, int]] = {line: {} for line in range(sum(self.sizes))}
        for row, column in {*self.able, *self.cells}:
            count, there = self.cells.get((row, column), 0), self.sizes[0] + column
            found[row][there] = found[there][row] = count
        return found


def shown_of(crossed: Mapping[str, Crossed], orders: Mapping[str, Orders]) -> Mapping[str, Both]:
    """What is shown of each of KINDS, by row and by column. Who did not come and who met were booked, so these say how
    many were at least; where that tells too much, neither is shown of any line."""
    missed, met = (both(crossed[kind], orders[kind]) for kind in KINDS[1:])
    told = _at_least(missed, met)
    booked = both(replace(crossed["booked"], least=told), orders["booked"])
    if booked is None:
        missed, met = _withheld(crossed["missed"]), _withheld(crossed["met"])
        booked = both(crossed["booked"], orders["booked"])
    return {
        "booked": booked or _withheld(crossed["booked"]),
        "missed": missed or _withheld(crossed["missed"]),
        "met": met or _withheld(crossed["met"]),
    }


def both(crossed: Crossed, orders: Orders) -> Both | None:
    """What is shown by row and by column; None where even all of it hidden would tell of somebody."""
    counts, rows = crossed.lines, crossed.sizes[0]
    tables = published(counts[:rows], orders[0]), published(counts[rows:], orders[1])
    hidden = {at for at, cell in enumerate((*tables[0].cells, *tables[1].cells)) if cell is None}
    total = None if None in (tables[0].total, tables[1].total) else tables[0].total
    if total is None:
        hidden = {at for at, count in enumerate(counts) if count}
    elif not _hide(crossed, counts, hidden, _interleaved(orders[0], [rows + at for at in orders[1]])):
        return None
    cells = [None if at in hidden else count for at, count in enumerate(counts)]
    return Published(tuple(cells[:rows]), total), Published(tuple(cells[rows:]), total)


def cells_of(groups: Sequence[Group], rows: Sequence[UUID], columns: Sequence[UUID], kind: str) -> Cells:
    """What was counted of one kind, in the order of these therapists and services."""
    return {
        (rows.index(one.therapist_id), columns.index(one.service_id)): getattr(one, kind)
        for one in groups
        if one.therapist_id in rows and one.service_id in columns
    }


def total_of(groups: Sequence[Group], kind: str) -> int | None:
    """All that was counted, where the tables of it show that too."""
    totals = []
    for line in ("therapist_id", "service_id"):
        lines: dict[UUID, int] = {}
        for one in groups:
            which = getattr(one, line)
            lines[which] = lines.get(which, 0) + getattr(one, kind)
        totals.append(published(list(lines.values()), range(len(lines))).total)
    return None if None in totals else totals[0]


def _at_least(missed: Both | None, met: Both | None) -> dict[int, int]:
    """For each line how many were booked, as far as others say so. Of who met no number is shown, only that it is no
    small one."""
    came = [bool(cell) for table in met or () for cell in table.cells]
    away = [cell or 0 for table in missed or () for cell in table.cells]
    lines = max(len(came), len(away))
    known = ((away[at] if away else 0) + (FEWEST if came and came[at] else 0) for at in range(lines))
    return {at: max(1, count) for at, count in enumerate(known)}


def _withheld(crossed: Crossed) -> Both:
    """Nothing of any line, also not that there is nothing."""
    rows, columns = crossed.sizes
    total = sum(crossed.cells.values())
    shown = None if 0 < total < FEWEST else total
    return Published((None,) * rows, shown), Published((None,) * columns, shown)


def _interleaved(one: Sequence[int], other: Sequence[int]) -> list[int]:
    longest = max(len(one), len(other))
    return [line for at in range(longest) for line in (*one[at : at + 1], *other[at : at + 1])]


def _hide(crossed: Crossed, counts: Sequence[int], hidden: set[int], order: Sequence[int]) -> bool:
    """Hide more lines, in this order those first that help, until nothing small is beyond doubt; False: it still is."""
    ways = crossed.ways()
    for edge in _small(crossed, counts):
        while not _open(edge, crossed, counts, hidden, ways):
            others = [line for line in order if counts[line] and line not in hidden]
            if not others:
                return False
            helps = (line for line in others if _open(edge, crossed, counts, {*hidden, line}, ways))
            hidden.add(next(helps, others[0]))
    return True


def _small(crossed: Crossed, counts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Everything from one to four, as a way from where it comes to where it goes."""
    rows = crossed.sizes[0]
    for at, count in enumerate(counts):
        if 0 < count < FEWEST:
            yield (ROWS, at) if at < rows else (at, COLUMNS)
    for (row, column), count in crossed.cells.items():
        if 0 < count < FEWEST:
            yield row, rows + column


def _open(
    edge: tuple[int, int], crossed: Crossed, counts: Sequence[int], hidden: Collection[int],
    ways: Mapping[int, Mapping[int, int]],
) -> bool:  # fmt: skip
    """Whether it could be one more, or one less, for all that is shown."""

    def steps(node: int) -> Iterator[int]:
        rows = crossed.sizes[0]
        if node in (ROWS, COLUMNS):
            mine = (line for line in hidden if (line < rows) is (node == ROWS))
            yield from (line for line in mine if node == ROWS or counts[line] > crossed.least.get(line, 1))
            return
        yield from (there for there, count in ways[node].items() if node < rows or count)
        if node in hidden and (node >= rows or counts[node] > crossed.least.get(node, 1)):
            yield ROWS if node < rows else COLUMNS

    def reaches(start: int, goal: int) -> bool:
        seen, ahead = {start}, [start]
        while ahead:
            node = ahead.pop()
            for there in steps(node):
                if (node, there) == (start, goal) or there in seen:
                    continue
                if there == goal:
                    return True
                seen.add(there)
                ahead.append(there)
        return False

    begin, end = edge
    line = {ROWS: end, COLUMNS: begin}.get(begin if begin == ROWS else end)
    fewer = line is None or counts[line] > crossed.least.get(line, 1)
    return reaches(end, begin) or (fewer and reaches(begin, end))
