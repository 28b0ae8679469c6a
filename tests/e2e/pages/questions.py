"""A clinic's own questions, and all of them as a file."""

import json
from collections.abc import Sequence

from playwright.async_api import Page

from tests.e2e.ground import Ground
from tests.e2e.pages.shown import Shown, send, send_empty

TMS = {"words": "Discuss TMS", "trials": 2, "weeks": 6, "measure": "phq9", "above": 15}
THYROID = {"words": "Look at the thyroid", "diagnosis": "F33"}


async def _send(page: Page, *questions: object) -> None:
    text = json.dumps({"format": "parlour-questions", "version": 1, "questions": questions})
    file = {"name": "questions.json", "mimeType": "application/json", "buffer": text.encode()}
    await page.locator("[type=file]").set_input_files(file)
    await send(page, "form[enctype]")


async def look_at_questions(page: Page, ground: Ground) -> None:
    """One that changes, and two that are new."""
    asked = {"id": ground.paths["prompt"], "words": "Talk about the mood sheet", "measure": "phq9", "above": 9}
    await _send(page, asked, TMS, THYROID)


async def odd_questions(page: Page, ground: Ground) -> None:
    """A dose, a name that is none, and a number that cannot be."""
    await _send(page, TMS | {"words": "Give 50 mg"}, THYROID | {"dose": 5, "trials": 90})


PAGES: Sequence[Shown] = (
    Shown("prompts", "admin", "/staff/clinic/prompts"),
    Shown("prompts-mend", "admin", "/staff/clinic/prompts", send_empty, 422),
    Shown("prompts-file", "admin", "/staff/clinic/prompts/file"),
    Shown("prompts-look", "admin", "/staff/clinic/prompts/file", look_at_questions),
    Shown("prompts-faults", "admin", "/staff/clinic/prompts/file", odd_questions, 422),
    Shown("prompts-one", "admin", "/staff/clinic/prompts/{prompt}"),
)
