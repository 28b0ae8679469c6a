"""A second copy of the program, as far as alerts go."""

from server.app import alert_kinds
from server.db import Database
from server.house import House
from server.safety.alerts.loop import Climber


class Node:
    """One running copy: its own connections, the same rows. Restarting it forgets everything it knew."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.start()

    def start(self) -> None:
        self.database = Database(self._house.settings.data_url)
        self.climber = Climber(self.database, self._house.clock, alert_kinds(self._house))

    async def restart(self) -> None:
        await self.database.close()
        self.start()
