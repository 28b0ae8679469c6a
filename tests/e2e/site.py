"""The site of a clinic, on an origin of its own and as strict as a site can be: only our origin may give it a script or
a frame, nothing is inline, and every answer must agree to be embedded (COEP)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.engines.serving import Handler, serving

POLICY = "default-src 'none'; script-src {ours}; frame-src {ours}; require-trusted-types-for 'script'"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Linden Practice</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><script src="{ours}/embed/v1.js" async></script>
</head><body><main><h1>Come in</h1><p><button id="before">Something of the site</button></p>
{code}
<p>What comes after.</p></main></body></html>"""


@dataclass
class Site:
    """Its pages by path; `base` is its origin."""

    base: str
    ours: str
    pages: dict[str, str] = field(default_factory=dict)
    lax: set[str] = field(default_factory=set)

    def put(self, path: str, code: str, *, coep: bool = True) -> str:
        """A page with this in it; its address."""
        self.lax |= set() if coep else {path}
        self.pages[path] = PAGE.format(ours=self.ours, code=code.replace("{ours}", self.ours))
        return self.base + path


@contextmanager
def site(ours: str) -> Iterator[Site]:
    """A running site, at localhost where we are at 127.0.0.1: for a browser two sites that share nothing."""
    made = Site("", ours)

    class Answer(Handler):
        def do_GET(self) -> None:
            body = made.pages.get(self.path.partition("?")[0], "").encode()
            self.send_response(200 if body else 404)
            for name, value in (
                ("content-type", "text/html; charset=utf-8"),
                ("content-security-policy", POLICY.format(ours=ours)),
                ("cross-origin-embedder-policy", "unsafe-none" if self.path in made.lax else "require-corp"),
                ("cross-origin-opener-policy", "same-origin"),
            ):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    with serving(Answer) as port:
        made.base = f"http://localhost:{port}"
        yield made
