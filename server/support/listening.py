"""Which page may hear of what: `support:{hash}` whoever holds the link of that place, as its hash shows."""

from server.house import House
from server.support import store


async def may_hear(house: House, topic: str) -> bool:
    """Whether the topic is that of a place in a line. Events carry nothing, and the hash opens no page."""
    kind, _, ear = topic.partition(":")
    if kind != "support":
        return False
    try:
        hashed = bytes.fromhex(ear)
    except ValueError:
        return False
    return await house.db.read(lambda db: store.by_ear(db, hashed)) is not None
