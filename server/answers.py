"""From an exception to an answer: a page a person can use, or problem+json (RFC 9457) for a program."""

import re

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match

from server.errors import NotFound, ParlourError, SecondFactorNeeded, SignInNeeded, TooLarge, TooMany, Unprocessable
from server.problems import problem as problem_answer
from server.templates import render

log = structlog.get_logger("answers")

SPACE = re.compile(r"/me(?:/|$)")  # where a patient signs in, and staff never do
SENT = re.compile(r"(?<=.)/(book|hold)$")
CHANGED = re.compile(r"^((?:/embed)?/visit/[^/]+)/(?:move|cancel)$")
FORM = re.compile(r"application/x-www-form-urlencoded|multipart/form-data")
SECRET = re.compile(r"pass|code|token|once|secret")
CODE = re.compile(r"[a-z0-9_.:+\-]*|[\w\-]{40,}|[\d\-T:+.Z]+")  # a choice, an id, a number or a moment
KNOWN = {404: NotFound, 405: NotFound, 413: TooLarge}


async def answer_error(request: Request, problem: Exception) -> Response:
    """Answer an expected failure; anything else is logged once and answered with 500."""
    expected = _expected(problem)
    if expected is None:
        log.error("unexpected", kind=type(problem).__name__, exc_info=problem)
    status = expected.status if expected else 500
    headers = {"retry-after": str(expected.retry_after)} if isinstance(expected, TooMany) else {}
    headers |= {"www-authenticate": "Bearer"} if status == 401 else {}
    if wants_json(request):
        if allowed := _allowed(request, problem):
            return problem_answer(405, "method_not_allowed", headers={"allow": allowed})
        return problem_answer(status, (expected or ParlourError).reason, headers=headers)
    if isinstance(expected, SignInNeeded) and SPACE.match(request.url.path):
        return RedirectResponse("/me/sign-in", 303)
    if isinstance(expected, SignInNeeded | SecondFactorNeeded) and request.method == "GET":
        step = "sign-in" if isinstance(expected, SignInNeeded) else "second-step"
        return RedirectResponse(f"/staff/{step}?next={request.url.path}", 303)
    sent = await _typed(request) if status == 409 else []
    context = {"problem": expected, "again": way_back(request.url.path, request.url.query), "sent": sent}
    response = render(request, f"errors/{status}.html", context, status=status)
    response.headers.update(headers)
    return response


async def _typed(request: Request) -> list[str]:
    """The words that somebody typed into what was refused, to be shown to them again; no choices, ids or secrets."""
    if request.method != "POST" or not FORM.match(request.headers.get("content-type", "")):
        return []
    try:
        fields = await request.form()  # what the handler read already
    except (RuntimeError, HTTPException):
        return []
    texts = [value for name, value in fields.multi_items() if isinstance(value, str) and not SECRET.search(name)]
    return list(dict.fromkeys(one.strip() for one in texts if one.strip() and not CODE.fullmatch(one.strip())))


def way_back(path: str, query: str) -> str:
    """The page that a request came from, as far as its address says: that of a booking form for what it sends, that of
    a booking for a change of it, which may be no more open to change."""
    page = CHANGED.sub(r"\1", SENT.sub("", path))
    return f"{page}?{query}" if query else page


def wants_json(request: Request) -> bool:
    """Whether the caller is a program, or a script that asked for JSON rather than a page."""
    if _of_api(request):
        return True
    accept = request.headers.get("accept", "")
    return "json" in accept and "text/html" not in accept


def _allowed(request: Request, problem: Exception) -> str:
    """What may be done at an address of the API where something else was tried; a page is not there for that."""
    if not isinstance(problem, HTTPException) or problem.status_code != 405 or not _of_api(request):
        return ""
    at_it = [route for route in request.app.routes if route.matches(request.scope)[0] is Match.PARTIAL]
    return ", ".join(sorted({method for route in at_it for method in route.methods}))


def _of_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _expected(problem: Exception) -> ParlourError | None:
    if isinstance(problem, ParlourError):
        return problem
    if isinstance(problem, HTTPException):
        return KNOWN.get(problem.status_code, Unprocessable)()
    return None
