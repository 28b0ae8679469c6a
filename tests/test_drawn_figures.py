"""The measured drawings are drawn by the same parts of pages as patients and therapists see."""

import pytest

from bench import moods, trend


@pytest.mark.asyncio
@pytest.mark.parametrize("measured", [moods, trend])
async def test_what_is_measured_can_still_be_drawn(monkeypatch: pytest.MonkeyPatch, measured) -> None:
    monkeypatch.setattr(measured, "ROUNDS", 1)
    (line,) = await measured.run()
    assert line.bar == 30
