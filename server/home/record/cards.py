"""The line of a patient's home that leads to their record."""

from server.patients.space.cards import Asks, Card


async def record_card(asks: Asks) -> Card:
    """Always there for whom the space shows whole."""
    return Card(
        key="record",
        title=asks.gettext("What is written about you"),
        words=asks.gettext("Notes, medicines, who looked, and taking it along"),
        href=f"/me/record/{asks.patient_id}",
        icon="list",
    )
