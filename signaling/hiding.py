"""What leaves a browser of a clinic that hides addresses: relay candidates, and no address besides theirs. Pure.

The pages gather no other candidates there; this is for pages that do not keep to it.
"""

import re

from msgspec import UNSET, structs

from signaling.messages import Candidate, Signal

_LINE = re.compile(r"[^\r\n]+(?:\r\n|\r|\n|\Z)")
_TYPE = re.compile(r" typ (\S+)", re.IGNORECASE)
_RELATED = re.compile(r" raddr \S+ rport \d+", re.IGNORECASE)
_ADDRESS = re.compile(r"IN IP[46] \S+")
NOWHERE = " raddr 0.0.0.0 rport 0"


def hidden(signal: Signal) -> Signal | None:
    """The signal without any address that is not a relay's; None where nothing is left to say."""
    candidate, sdp = signal.body.candidate, signal.body.sdp
    if isinstance(candidate, Candidate) and candidate.candidate:
        if not relayed(candidate.candidate):
            return None
        bare = structs.replace(candidate, candidate=unrelated(candidate.candidate))
        return structs.replace(signal, body=structs.replace(signal.body, candidate=bare))
    if sdp is UNSET:
        return signal
    return structs.replace(signal, body=structs.replace(signal.body, sdp=described(str(sdp))))


def relayed(candidate: str) -> bool:
    """Whether a candidate names a relay's address: one type, written once, on one line."""
    return len(candidate.splitlines()) == 1 and [found.lower() for found in _TYPE.findall(candidate)] == ["relay"]


def unrelated(candidate: str) -> str:
    """A relay candidate names the address that the relay sees, too."""
    return _RELATED.sub(NOWHERE, candidate)


def described(sdp: str) -> str:
    """A session description (RFC 8866) without the lines and parts that name an address of its browser."""
    return "".join(kept for line in _LINE.findall(sdp) if (kept := _line(line)))


def _line(line: str) -> str:
    if line[:12].lower() == "a=candidate:":
        return unrelated(line) if relayed(line.rstrip("\r\n")) else ""
    if line.startswith(("c=", "o=", "a=rtcp:")):
        return _ADDRESS.sub("IN IP4 0.0.0.0", line)
    return line
