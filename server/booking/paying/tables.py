"""Rows of money: what was agreed with a booking, invoices and what happened to them, pages of payment."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Instant


class Charge(Base):
    """What was agreed about money when a booking was made: how it is paid, and what is given back then and then.

    `refunds` as `Refunds` writes itself; `owed` stays empty until it is known what became of the booking.
    """

    __tablename__ = "charges"

    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"), primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    way: Mapped[str] = mapped_column(String(8))
    refunds: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    pay_by: Mapped[datetime | None] = mapped_column(Instant)
    made_at: Mapped[datetime] = mapped_column(Instant)
    ending: Mapped[str | None] = mapped_column(String(10))
    owed: Mapped[int | None] = mapped_column(Integer)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (Index("ix_charges_unsettled", "clinic_id", "settled_at"),)


class InvoiceCounter(Base):
    """The last number that a clinic gave. It rises in the transaction that writes the invoice, so there are no gaps."""

    __tablename__ = "invoice_counters"

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class Invoice(Base):
    """A numbered paper of a clinic: never changed, only followed by steps."""

    __tablename__ = "invoices"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    number: Mapped[int] = mapped_column(Integer)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"), unique=True)
    amount: Mapped[int] = mapped_column(Integer)
    currency: Mapped[str] = mapped_column(String(3))
    why: Mapped[str] = mapped_column(String(10))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_by: Mapped[UUID | None] = mapped_column(Uuid)

    __table_args__ = (UniqueConstraint("clinic_id", "number"),)


class InvoiceStep(Base):
    """That money came, has to go back or went back, or that an invoice does not hold any more: who and when.

    `key` is the same for the same thing told twice. `moved_by`: Stripe's id of the payment.
    """

    __tablename__ = "invoice_steps"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"))
    key: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int] = mapped_column(Integer)
    moved_by: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(String(12), default="")
    at: Mapped[datetime] = mapped_column(Instant)
    by_kind: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[UUID | None] = mapped_column(Uuid)

    __table_args__ = (UniqueConstraint("invoice_id", "key"),)


class Checkout(Base):
    """A page of Stripe on which one booking can be paid. `id` is all that Stripe is told of the booking. `unasked_at`:
    since when no keys of ours open the account any more that could say whether it was paid there, until staff say it.
    """

    __tablename__ = "checkouts"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"), index=True)
    amount: Mapped[int] = mapped_column(Integer)
    currency: Mapped[str] = mapped_column(String(3))
    session: Mapped[str] = mapped_column(String(120), default="")
    address: Mapped[str] = mapped_column(String(2000), default="")
    unasked_at: Mapped[datetime | None] = mapped_column(Instant)
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)


class HeardEvent(Base):
    """A message of Stripe that was acted on: its repeats change nothing."""

    __tablename__ = "heard_events"

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), primary_key=True)
    event: Mapped[str] = mapped_column(String(120), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
