"""Who would take each time of a list when anyone may: fair over the list as it is over single bookings. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from operator import attrgetter
from uuid import UUID

from server.booking.hours import BEGIN, DAY_SECONDS, END, Stretch, local_days
from server.booking.rules import Calendar, Offer
from server.clinic.rules import Anyone

COUNT = attrgetter("count")


class Load:
    """How much somebody has on a day, and since when they are idle: by what is taken, and by what a list gave them.

    By fair share `whole` it is how much they have on all days together.
    """

    def __init__(self, who: UUID, busy: Sequence[Stretch], *, whole: bool = False) -> None:
        self.who = who
        self._whole = whole
        self._begins = sorted(map(BEGIN, busy))
        self._ends = sorted(map(END, busy))
        self.count = self._given = 0

    def begin(self, day: Stretch) -> None:
        that_day = bisect_left(self._begins, day[1]) - bisect_left(self._begins, day[0])
        self.count = len(self._begins) if self._whole else that_day
        self._given = 0

    def idle_since(self, start: int) -> int:
        """Since when they have nothing, before a start."""
        place = bisect_right(self._ends, start)
        return max(self._given, self._ends[place - 1] if place else 0)

    def give(self, start: int) -> None:
        self.count += 1
        self._given = start


def spread(calendar: Calendar, offers: Sequence[Offer]) -> list[tuple[int, UUID]]:
    """Every start that somebody can take, with one of those who can.

    The first of a day goes to whom `rules.choose` names; each further one as if those before it were taken.
    """
    free = [offer for offer in offers if offer.therapists]
    if not free or len(calendar.hours) == 1:
        return [(offer.at, offer.therapists[0]) for offer in free]
    fair = calendar.policy.anyone is Anyone.FAIR
    loads = {who.int: Load(who, calendar.busy.get(who, ()), whole=fair) for who in calendar.hours}
    starts = [offer.at for offer in free]
    midnights = [day.midnight for day in local_days(calendar.zone, (starts[0], starts[-1] + 2 * DAY_SECONDS))]
    places = [bisect_left(starts, midnight) for midnight in midnights]
    found: list[tuple[int, UUID]] = []
    for number, place in enumerate(places[:-1]):
        for load in loads.values():
            load.begin((midnights[number], midnights[number + 1]))
        for offer in free[place : places[number + 1]]:
            found.append((offer.at, _give(loads, offer)))
    return found


def _give(loads: Mapping[int, Load], offer: Offer) -> UUID:
    """Fewest times, then longest idle before it, then the clinic's order."""
    able = [loads[one.int] for one in offer.therapists]
    fewest = min(map(COUNT, able))
    alike = [load for load in able if load.count == fewest]
    chosen = min(alike, key=lambda load: load.idle_since(offer.at)) if len(alike) > 1 else alike[0]
    chosen.give(offer.at)
    return chosen.who
