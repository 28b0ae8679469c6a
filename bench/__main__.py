"""`python -m bench [name ...]`: runs the named benches, or all; prints a table each, writes bench/results/<name>.json.

A bench is a module of this folder with `BARS`, what it promises in one sentence, and `async run() -> list[Line]`.
"""

import asyncio
import importlib
import sys
from pathlib import Path

from bench import timing

HERE = Path(__file__).parent


def names() -> list[str]:
    """Modules of this folder that are benches: they say their bars."""
    found = [file.stem for file in sorted(HERE.glob("*.py")) if not file.stem.startswith("_")]
    return [name for name in found if "\nBARS = " in (HERE / f"{name}.py").read_text()]


def main(wanted: list[str]) -> int:
    """Exit code 1 when a bar was missed, 2 when a bench does not exist."""
    if unknown := sorted(set(wanted) - set(names())):
        print(f"No bench {', '.join(unknown)}; there are {', '.join(names())}.", file=sys.stderr)
        return 2
    missed = 0
    for name in wanted or names():
        bench = importlib.import_module(f"bench.{name}")
        print(f"\n{name}: {bench.BARS}")
        lines = asyncio.run(bench.run())
        print(timing.table(lines))
        print(f"  -> {timing.write(name, lines).relative_to(HERE.parent)}")
        missed += sum(line.within is False for line in lines)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
