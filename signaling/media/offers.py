"""What of a browser's offer reaches our own media peer. Pure.

A person's browser names addresses at which it may be reached, and a media peer would try each of them: the holder of a
link could make the server knock at addresses inside the clinic's network. So the browser knocks at ours instead (its
checks teach the peer where it is), and only where a relay must be told of an address beforehand are those kept that
the world sees: server-reflexive and relayed ones, as numbers, never a name to look up.
"""

from ipaddress import ip_address

LONGEST = 32 * 1024
MOST_SECTIONS = 3  # sound, picture, data
MOST_KEPT = 8
NOWHERE = "a=candidate:0 1 udp 1 127.0.0.1 9 typ host"
"""Keeps the list of pairs from being empty, which would count as failed; port 9 discards."""


def tamed(sdp: str, *, keep: bool) -> str | None:
    """The offer with its candidates taken out, or reduced when `keep`; None when it is no offer of a check."""
    if len(sdp) > LONGEST:
        return None
    lines = sdp.replace("\r\n", "\n").rstrip("\n").split("\n")
    mids = [at for at, line in enumerate(lines) if line.startswith("a=mid:")]
    sections = sum(line.startswith("m=") for line in lines)
    if not mids or sections > MOST_SECTIONS or len(mids) != sections:
        return None
    kept = [line for line in lines if keep and _is_seen_by_the_world(line)][:MOST_KEPT]
    own = [line for line in lines if not line.startswith(("a=candidate:", "a=end-of-candidates"))]
    at = next(at for at, line in enumerate(own) if line.startswith("a=mid:"))
    return "\r\n".join([*own[: at + 1], NOWHERE, *kept, *own[at + 1 :], ""])


def _is_seen_by_the_world(line: str) -> bool:
    parts = line.split()
    if not line.startswith("a=candidate:") or len(parts) < 8 or parts[6] != "typ" or parts[7] not in {"srflx", "relay"}:
        return False
    try:
        ip_address(parts[4])
    except ValueError:
        return False
    return parts[2].lower() == "udp" and parts[5].isdigit()
