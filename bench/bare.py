"""The baseline of pages: what Starlette and Jinja do at least for a page of a given size. For bench/booking_page.py.

One template with autoescape, a loop and three values per row, no database, no session, no middleware; served by
uvicorn with the settings that the program itself uses. `python -m bench.bare PORT BYTES`
"""

import sys

import uvicorn
from jinja2 import Environment
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

ROW = '<li class="slot" id="{{ row.id }}"><input type="radio" name="at" value="{{ row.at }}"> {{ row.words }}</li>\n'
PAGE = (
    "<!doctype html><html lang='en'><head><title>{{ title }}</title></head><body><h1>{{ title }}</h1><ul>"
    "{% for row in rows %}" + ROW + "{% endfor %}</ul></body></html>"
)


def build(size: int) -> Starlette:
    """An app whose one page has at least `size` bytes, and at most one row more."""
    template = Environment(autoescape=True).from_string(PAGE)
    rows: list[dict[str, object]] = []
    while len(template.render(title="Times", rows=rows).encode()) < size:
        number = len(rows)
        rows += [{"id": f"s{number + i}", "at": 1795436849 + i, "words": "Tuesday at nine & later"} for i in range(8)]

    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse(template.render(title="Times", rows=rows))

    return Starlette(routes=[Route("/", page), Route("/healthz", page)])


if __name__ == "__main__":
    port, size = int(sys.argv[1]), int(sys.argv[2])
    uvicorn.run(
        build(size), port=port, log_config=None, access_log=False, server_header=False, http="httptools", loop="uvloop"
    )
