"""The catalogue of pages leaves none out."""

from pathlib import Path

from starlette.routing import Match, Route

from server.app import build_app, build_house
from tests.e2e.pages import NO_PAGES, PAGES
from tests.e2e.people import WEEK
from tests.server.conftest import settings_for

SAMPLES = {coming.key: "0" * 20 for coming in WEEK} | {
    "clinic": "linden", "therapist": "mara-lind", "service": "00000000-0000-4000-8000-000000000000",
    "unit": "00000000-0000-4000-8000-000000000001", "kind": "00000000-0000-4000-8000-000000000002",
    "series": "00000000-0000-4000-8000-000000000003", "in_series": "0" * 20,
    "mail": "patients/00000000-0000-4000-8000-000000000000", "over": "a", "invite": "a", "link_booked": "a",
    "fresh": "", "set_up": "/set-up/a", "person_booked": "a", "person_after": "b",
    "person_live": "c", "person_early": "d", "person_second": "e", "person_away": "f", "person_ended": "g",
    "writing": "00000000-0000-4000-8000-000000000005",
} | {
    "framed_booked": "0" * 20, "framed_cancelled": "0" * 20, "framed_series": "0" * 20, "site": "https://linden.example",
    "here": "http://testserver", "invoice": "00000000-0000-4000-8000-000000000004",
    **dict.fromkeys(("group", "chat"), "00000000-0000-4000-8000-000000000000"),
    **dict.fromkeys(("request", "answered", "grouped", "wait", "offer", "phoned", "visited", "told"), "0" * 20),
    "weekly": "0" * 20, "off": "0" * 20,
    "unpaid": "0" * 20, "offered": "00000000-0000-4000-8000-000000000007",
    **{f"letters_{one}": "00000000-0000-4000-8000-000000000006" for one in ("answered", "times", "late", "shut")},
    **dict.fromkeys(("robin", "kim", "lou", "max", "ada", "ira", "ben", "eli", "uma", "jan", "leo", "mio"), "a" * 43),
    **dict.fromkeys(("kim_ask", "mio_ask", "max_ask", "ada_ask"), "00000000-0000-4000-8000-000000000006"),
    **dict.fromkeys(("alert", "note", "draft", "medicine", "course"), "00000000-0000-4000-8000-000000000005"),
    "prompt": "00000000-0000-4000-8000-000000000005",
    "summary": "00000000-0000-4000-8000-000000000005",
    "person_unbooked": "00000000-0000-4000-8000-000000000005",
    **dict.fromkeys(("alert", "red", "note", "draft", "medicine"), "00000000-0000-4000-8000-000000000005"),
    **dict.fromkeys(("course", "guided", "locked", "ending"), "00000000-0000-4000-8000-000000000005"),
    **dict.fromkeys(("observed_early", "observed_stays"), "00000000-0000-4000-8000-000000000005"),
}  # fmt: skip


def looked_at(routes: list[Route], path: str) -> str:
    scope = {"type": "http", "method": "GET", "path": path.partition("?")[0], "root_path": "", "headers": []}
    return next((route.path for route in routes if route.matches(scope)[0] is Match.FULL), path)


def test_every_page_is_in_the_catalogue_and_every_entry_is_a_page(tmp_path: Path) -> None:
    app = build_app(build_house(settings_for(tmp_path / "data", PARLOUR_DEMO=True)))
    routes = [route for route in app.routes if isinstance(route, Route) and "GET" in (route.methods or ())]
    seen = {looked_at(routes, shown.path.format_map(SAMPLES)) for shown in PAGES}
    there = {route.path for route in routes}
    assert there - seen - set(NO_PAGES) - {"/staff/factors/app", "/staff/link"} == set(), "reached by steps alone"
    assert set(NO_PAGES) <= there, "a route that is gone"
    assert not set(NO_PAGES) & seen
    assert {path for path in seen - there if "/mishap/" not in path} == set(), "an entry that leads nowhere"


def test_every_name_is_used_once() -> None:
    names = [shown.name for shown in PAGES]
    assert len(set(names)) == len(names)
