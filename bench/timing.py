"""Measuring: series of figures, server CPU, A beside B in the same run, and what is written of it."""

import json
import os
import platform
import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
Measure = Callable[[int], Awaitable[float]]


@dataclass
class Series:
    """Figures of one thing, in one unit, in the order they were taken."""

    what: str
    unit: str
    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def quantile(self, share: float) -> float:
        """The value that `share` of the figures do not exceed (nearest rank)."""
        ordered = sorted(self.values)
        return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


@dataclass(frozen=True)
class Line:
    """One line of a result: ours, what it stands beside, and what it may be. `bar` in ours' unit or as a ratio."""

    ours: Series
    baseline: Series | None = None
    bar: float | None = None
    bar_is: str = "ratio"

    @property
    def ratio(self) -> float | None:
        return self.ours.median / self.baseline.median if self.baseline and self.baseline.median else None

    @property
    def above(self) -> float | None:
        return self.ours.median - self.baseline.median if self.baseline else None

    @property
    def within(self) -> bool | None:
        """Whether the bar holds; None without a bar. `bar_is`: 'ratio', 'above' (the baseline) or 'value'."""
        if self.bar is None:
            return None
        figure = {"ratio": self.ratio, "above": self.above, "value": self.ours.median}[self.bar_is]
        assert figure is not None, f"{self.ours.what} has no baseline to stand beside"
        return figure <= self.bar


async def side_by_side(rounds: int, warm_ups: int, ours: Measure, baseline: Measure) -> tuple[list[float], list[float]]:
    """Takes both figures in every round, first one then the other by turns, and drops the warm-ups.

    The machine's moods of a minute fall on both alike; order has no favourite.
    """
    found: tuple[list[float], list[float]] = ([], [])
    pair = (ours, baseline)
    for number in range(warm_ups + rounds):
        for which in (0, 1) if number % 2 == 0 else (1, 0):
            figure = await pair[which](number)
            if number >= warm_ups:
                found[which].append(figure)
    return found


def cpu_seconds(pid: int) -> float:
    """CPU time that all threads of a process have used, from the scheduler's own count (nanoseconds).

    Threads that ended are gone from it: measure servers whose threads stay. FileNotFoundError when it does not run.
    """
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def memory_mb(pid: int) -> float:
    """Resident memory in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def as_json(name: str, lines: Sequence[Line]) -> dict[str, object]:
    """What is written: every figure, not only the medians, and the machine they come from."""

    def series(one: Series | None) -> dict[str, object] | None:
        if one is None:
            return None
        values = [round(value, 4) for value in one.values]
        return {"what": one.what, "unit": one.unit, "median": round(one.median, 4), "values": values}

    return {
        "bench": name,
        "taken": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"python": platform.python_version(), "cores": os.cpu_count(), "system": platform.system()},
        "lines": [
            {
                "ours": series(line.ours),
                "baseline": series(line.baseline),
                "ratio": line.ratio and round(line.ratio, 3),
                "above": line.above and round(line.above, 4),
                "bar": line.bar,
                "bar_is": line.bar_is if line.bar is not None else None,
                "within": line.within,
            }
            for line in lines
        ],
    }


def write(name: str, lines: Sequence[Line]) -> Path:
    """Writes bench/results/<name>.json and answers where."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(as_json(name, lines), indent=2) + "\n")
    return path


def table(lines: Sequence[Line]) -> str:
    """One row per line: median, ninetieth of a hundred, baseline, ratio, bar."""
    rows = [("what", "median", "p90", "baseline", "ratio", "bar", "")]
    for line in lines:
        unit = line.ours.unit
        rows.append(
            (
                line.ours.what,
                f"{line.ours.median:.3g} {unit}",
                f"{line.ours.quantile(0.9):.3g} {unit}",
                f"{line.baseline.median:.3g} {unit}" if line.baseline else "-",
                f"{line.ratio:.2f}" if line.ratio else "-",
                "-" if line.bar is None else f"{line.bar:g} ({line.bar_is})",
                {None: "", True: "holds", False: "MISSED"}[line.within],
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
