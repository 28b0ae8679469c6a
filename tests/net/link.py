"""One direction of a bad network, as values: when a packet arrives, or that it does not. No clock, no sockets."""

from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True)
class Profile:
    """What a direction does to packets.

    loss   share that is lost, 0 to 1, each packet by itself
    delay  ms from one end to the other
    rate   kbit/s of IP bytes, None without a limit
    queue  ms that a packet may wait for its turn where there is a rate; a longer wait loses it (tail drop)
    down   nothing passes
    """

    loss: float = 0.0
    delay: float = 0.0
    rate: float | None = None
    queue: float = 300.0
    down: bool = False


CLEAN = Profile()
DOWN = Profile(down=True)


@dataclass
class Link:
    """A direction with its memory: chance and the queue. `seed` makes a run repeatable for the same packets."""

    seed: int
    profile: Profile = CLEAN
    passed: int = 0
    lost: int = 0
    chance: Random = field(init=False)
    _free_at: float = 0.0

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)

    def arrival(self, size: int, now: float) -> float | None:
        """When a packet of `size` bytes sent at `now` (s) comes out at the other end (s); None when it is lost."""
        at = self._through(size, now)
        self.passed += at is not None
        self.lost += at is None
        return at

    def _through(self, size: int, now: float) -> float | None:
        profile = self.profile
        if profile.down or self.chance.random() < profile.loss:
            return None
        leaves = now
        if profile.rate:
            starts = max(now, self._free_at)
            if (starts - now) * 1000 > profile.queue:
                return None
            leaves = self._free_at = starts + size * 8 / (profile.rate * 1000)
        return leaves + profile.delay / 1000
