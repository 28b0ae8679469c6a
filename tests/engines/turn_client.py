"""A TURN client of bare messages: asks a relay for what a browser never would, and reports the error code."""

import hashlib
import socket
from ipaddress import ip_network
from typing import Any

from aioice import stun
from aioice.stun import Class, Message, Method

UDP, TCP = 17 << 24, 6 << 24
IPV6 = 0x02000000
ANSWER_BYTES = 2048
SOURCES = ip_network("127.65.0.0/16").hosts()
# RFC 8656, 18.6: needed for a relay address of the other family, and unknown to the library.
stun.ATTRIBUTES_BY_NAME["REQUESTED-ADDRESS-FAMILY"] = (
    0x0017,
    "REQUESTED-ADDRESS-FAMILY",
    stun.pack_unsigned,
    stun.unpack_unsigned,
)


class TurnClient:
    """One five-tuple with a relay on loopback; every method answers 0 for success or the relay's error code."""

    def __init__(self, port: int, username: str, password: str) -> None:
        self._username, self._password = username, password
        self._realm, self._nonce = "", b""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(5)
        # The relay remembers address and port of who left for a while: each client comes from an address of its own.
        self._socket.bind((str(next(SOURCES)), 0))
        self._socket.connect(("127.0.0.1", port))

    def __enter__(self) -> "TurnClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def allocate(self, transport: int = UDP, **more: Any) -> int:
        """Asks for a relay address; `family=IPV6` for one of that family."""
        wanted: dict[str, Any] = {"REQUESTED-TRANSPORT": transport}
        if "family" in more:
            wanted["REQUESTED-ADDRESS-FAMILY"] = more["family"]
        return self._ask(Method.ALLOCATE, wanted)

    def permit(self, peer: str) -> int:
        """Asks to exchange packets with this address."""
        return self._ask(Method.CREATE_PERMISSION, {"XOR-PEER-ADDRESS": (peer, 443)})

    def bind(self, peer: str, channel: int = 0x4000) -> int:
        """The same by the other way: a channel."""
        return self._ask(Method.CHANNEL_BIND, {"CHANNEL-NUMBER": channel, "XOR-PEER-ADDRESS": (peer, 443)})

    def _ask(self, method: Method, attributes: dict[str, Any]) -> int:
        answer = self._exchange(method, attributes)
        # The first answer, and one whose nonce is too old, only say which realm and nonce to sign with.
        if answer.error_code == 438 or (answer.error_code == 401 and not self._nonce):
            self._realm, self._nonce = answer.attributes["REALM"], answer.attributes["NONCE"]
            answer = self._exchange(method, attributes)
        return answer.error_code or 0

    def _exchange(self, method: Method, attributes: dict[str, Any]) -> Message:
        request = Message(method, Class.REQUEST, attributes=dict(attributes))
        if self._nonce:
            request.attributes |= {"USERNAME": self._username, "REALM": self._realm, "NONCE": self._nonce}
            key = f"{self._username}:{self._realm}:{self._password}".encode()
            request.add_message_integrity(hashlib.md5(key).digest())
        self._socket.send(bytes(request))
        return stun.parse_message(self._socket.recv(ANSWER_BYTES))
