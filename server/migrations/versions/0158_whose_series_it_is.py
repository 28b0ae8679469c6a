"""A series is of one patient's bookings, and an appointment keeps for how many it was given."""

import sqlalchemy as sa
from alembic import op

revision = "0158"
down_revision = "0148"

OF_SERIES = """
UPDATE bookings SET {column} = (
  SELECT a.{column} FROM appointments a JOIN series s ON s.id = a.series_id
  WHERE a.id = bookings.appointment_id AND (
    s.patient_id = bookings.patient_id
    OR (SELECT count(*) FROM bookings b WHERE b.appointment_id = a.id) = 1
  )
)
"""
SEATS = """
UPDATE appointments SET seats = (SELECT s.seats FROM services s WHERE s.id = appointments.service_id)
"""


def upgrade() -> None:
    op.add_column("bookings", sa.Column("series_id", sa.Uuid(), nullable=True))
    op.add_column("bookings", sa.Column("number", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_bookings_series_id"), "bookings", ["series_id"])
    op.add_column("appointments", sa.Column("seats", sa.Integer(), server_default="1", nullable=False))
    for column in ("series_id", "number"):
        op.execute(OF_SERIES.format(column=column))
    op.execute(SEATS)
    op.drop_index(op.f("ix_appointments_series_id"), "appointments")
    for column in ("series_id", "number"):
        op.drop_column("appointments", column)
