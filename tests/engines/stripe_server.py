"""A server that speaks the few endpoints of Stripe that we ask, and signs its messages as Stripe does.

It repeats its answer for an idempotency key, lets a page be paid or expire, and can be away for a while.
"""

import hashlib
import hmac
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl
from uuid import uuid4

SECRET = "whsec_ItIsOnlyATestAndNobodysSecret"
KEY = "sk_test_ItIsOnlyATest"
LOCALES = frozenset({"auto", "de", "en", "fr"})  # of Stripe's own list, which has no Arabic


@dataclass
class Asked:
    """One request as it came in."""

    method: str
    path: str
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class StripeServer:
    """What it was asked and what it knows."""

    address: str = ""
    asked: list[Asked] = field(default_factory=list)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: list[dict[str, str]] = field(default_factory=list)
    went: list[dict[str, Any]] = field(default_factory=list)  # the same as it tells of them
    answers: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    once: dict[str, dict[str, str]] = field(default_factory=dict)  # what came first under a key
    revoked: bool = False  # the clinic's keys open nothing any more
    dead: set[str] = field(default_factory=set)  # keys that open nothing any more, while others do
    owners: dict[str, str] = field(default_factory=dict)  # session -> key of the account that it is in
    away: int = 0  # so many requests from now on are answered with 503
    refuses: str = ""  # why the next refund is refused
    closed: str = ""  # why no page is made
    silent: bool = False  # it gives money back, and nobody hears its answer

    def pay(self, session_id: str) -> dict[str, Any]:
        """Somebody pays on this page; the message that tells of it."""
        session = self.sessions[session_id]
        assert session["status"] == "open", session["status"]
        session |= {"status": "complete", "payment_status": "paid", "payment_intent": f"pi_{session_id}"}
        return event_about(session)

    @property
    def last(self) -> str:
        return list(self.sessions)[-1]


def event_about(session: dict[str, Any], kind: str = "checkout.session.completed") -> dict[str, Any]:
    """A message about a page as it is now."""
    return {
        "id": f"evt_{uuid4().hex}",
        "object": "event",
        "type": kind,
        "api_version": "2026-01-01",
        "created": int(time.time()),
        "data": {"object": dict(session)},
    }


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> str:
    """The header by which Stripe proves a message (docs.stripe.com/webhooks/signature)."""
    stamp = int(at if at is not None else time.time())
    mac = hmac.digest(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hex()
    return f"t={stamp},v1={mac}"


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        form = dict(parse_qsl(self.rfile.read(length).decode()))
        self._answer("POST", form)

    def do_GET(self) -> None:
        self._answer("GET", {})

    def _answer(self, method: str, form: dict[str, str]) -> None:
        known = self.server.known
        headers = {name.lower(): value for name, value in self.headers.items()}
        known.asked.append(Asked(method, self.path, form, headers))
        once = headers.get("idempotency-key", "")
        if known.away:
            known.away -= 1
            status, said = 503, _problem("it is away")
        elif known.revoked or _key(headers) in known.dead:
            status, said = 401, _problem("no such key")
        elif once and known.once.setdefault(once, form) != form:
            status, said = 400, _problem("the same key with other words", "idempotency_error")
        elif method == "POST" and once in known.answers:
            status, said = known.answers[once]
        else:
            status, said = self._decide(known, method, form, _key(headers))
            if method == "POST" and once:
                known.answers[once] = status, said
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _decide(self, known: StripeServer, method: str, form: dict[str, str], key: str) -> tuple[int, dict[str, Any]]:
        parts = self.path.partition("?")[0].removeprefix("/v1/").split("/")
        if parts[0] == "refunds":
            intent = form.get("payment_intent") or parse_qs(self.path.partition("?")[2])["payment_intent"][0]
            if known.owners.get(intent.removeprefix("pi_"), key) != key:
                return 404, _problem("no such payment")
            return _listed(known) if method == "GET" else _refund(known, form)
        if parts[:2] == ["checkout", "sessions"] and len(parts) == 2:
            if known.closed:
                return 400, _problem(known.closed)
            if form["locale"] not in LOCALES:
                return 400, _problem("no such locale")
            made = _session(len(known.sessions) + 1, form, known.address)
            known.sessions[made["id"]] = made
            known.owners[made["id"]] = key
            return 200, made
        session = known.sessions.get(parts[2])
        if session is None or known.owners[session["id"]] != key:
            return 404, _problem("no such session")
        if parts[-1] == "expire":
            if session["status"] != "open":
                return 400, _problem("only an open session can be expired")
            session["status"] = "expired"
        return 200, session

    def log_message(self, *_: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    known: StripeServer
    daemon_threads = True


def _key(headers: dict[str, str]) -> str:
    """Whose request it is."""
    return headers.get("authorization", "").removeprefix("Bearer ")


def _problem(words: str, kind: str = "invalid_request_error") -> dict[str, Any]:
    return {"error": {"type": kind, "message": words}}


def _refund(known: StripeServer, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
    if known.refuses:
        return 400, _problem(known.refuses)
    known.refunds.append({name: form[name] for name in ("payment_intent", "amount")})
    about = {"back": form["metadata[back]"]}
    made = {"id": f"re_{len(known.refunds)}", "object": "refund", "status": "succeeded", "metadata": about}
    known.went.append(made | {"payment_intent": form["payment_intent"]})
    return (503, _problem("lost")) if known.silent else (200, made)


def _listed(known: StripeServer) -> tuple[int, dict[str, Any]]:
    return 200, {"object": "list", "has_more": False, "url": "/v1/refunds", "data": known.went}


def _session(number: int, form: dict[str, str], address: str) -> dict[str, Any]:
    return {
        "id": f"cs_test_{number}",
        "object": "checkout.session",
        "url": f"{address}/c/pay/cs_test_{number}",
        "status": "open",
        "payment_status": "unpaid",
        "payment_intent": None,
        "amount_total": int(form["line_items[0][price_data][unit_amount]"]),
        "currency": form["line_items[0][price_data][currency]"],
        "client_reference_id": form["client_reference_id"],
        "metadata": {name: form[f"metadata[{name}]"] for name in ("due", "clinic")},
        "expires_at": int(form["expires_at"]),
    }


def start() -> tuple[StripeServer, Any]:
    """The running server, and what ends it."""
    server = _Server(("127.0.0.1", 0), _Handler)
    known = StripeServer(f"http://127.0.0.1:{server.server_address[1]}")
    server.known = known
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return known, stop
