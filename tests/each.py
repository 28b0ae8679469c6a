"""One test for all of many like things, that names each for which it does not hold."""

from collections.abc import Callable, Collection
from itertools import product
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


def of_each(**known: Collection[Any]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """The test is asked of each thing, or of each combination of several: a thousand files are one test, since a test
    of its own for each would take longer to be counted than to be run. There has to be something to ask it of.
    """

    def one_of(ask: Callable[..., None]) -> Callable[[], None]:
        def test() -> None:
            failed, asked = list[str](), list(product(*known.values()))
            for values in asked:
                try:
                    ask(**dict(zip(known, values, strict=True)))
                except AssertionError as problem:
                    failed.append(f"{', '.join(map(_called, values))}: {problem}")
            if failed or not asked:
                pytest.fail("\n".join(failed) or "nothing to ask it of", pytrace=False)

        test.__name__ = test.__qualname__ = ask.__name__
        test.__module__, test.__doc__ = ask.__module__, ask.__doc__
        return test

    return one_of


def _called(value: Any) -> str:
    return str(value.relative_to(ROOT)) if isinstance(value, Path) and value.is_relative_to(ROOT) else str(value)
