"""Security headers on every answer.

The policy names no host but our own. Pages are never stored by a browser or a proxy;
static files carry a version in their address and are kept for good.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self'{sockets}; font-src 'self'; "
    "base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'"
)
BLUR = "/js/call/blur/worker.js"
"""The one file that may compile WebAssembly: a worker has the policy of its own answer, so no page needs that leave."""
COMPILING = b"script-src 'self' 'wasm-unsafe-eval'"
PERMISSIONS = (
    "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), fullscreen=(self), "
    "screen-wake-lock=(self), speaker-selection=(self), publickey-credentials-get=(self), "
    "publickey-credentials-create=(self), on-device-speech-recognition=(self), "
    "geolocation=(), payment=(), usb=(), interest-cohort=(), browsing-topics=()"
)
OF_PAGES = {b"permissions-policy", b"cross-origin-opener-policy", b"x-frame-options"}
"""What browsers heed of a page alone. Scripts and styles go without: on a slow line half a kilobyte each is a wait. Who
may frame a file its policy says.
"""
A_YEAR = 31_536_000
KEPT = (b"cache-control", f"public, max-age={A_YEAR}, immutable".encode("ascii"))
NOT_KEPT = (b"cache-control", b"no-store")


class SecurityHeaders:
    """Adds what is missing; a handler that set a header itself keeps it."""

    def __init__(self, app: ASGIApp, *, https: bool, host: str) -> None:
        self.app = app
        # Older Safari does not count wss: on our own host as 'self'.
        sockets = f" wss://{host}" if https else ""
        fixed = {
            "content-security-policy": POLICY.format(sockets=sockets),
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "same-origin",
            "permissions-policy": PERMISSIONS,
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
        }
        if https:
            fixed["strict-transport-security"] = f"max-age={A_YEAR}; includeSubDomains"
        self._raw = [(name.encode("ascii"), value.encode("ascii")) for name, value in fixed.items()]
        self._file = [pair for pair in self._raw if pair[0] not in OF_PAGES]
        self._compiling = [(name, value.replace(b"script-src 'self'", COMPILING)) for name, value in self._file]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_static = scope["path"].startswith("/static/")
        of_file = self._compiling if scope["path"].endswith(BLUR) else self._file

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = is_static and message["status"] in {200, 206, 304}
                present = message.get("headers", [])
                names = {name for name, _ in present}
                if b"content-security-policy" in names:  # it says who may frame; the older word knows nobody but all
                    names.add(b"x-frame-options")
                fixed = (*of_file, KEPT) if kept else (*self._raw, NOT_KEPT)
                added = [pair for pair in fixed if pair[0] not in names]
                message["headers"] = [*present, *added]
            await send(message)

        await self.app(scope, receive, send_with_headers)
