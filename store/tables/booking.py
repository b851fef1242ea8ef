"""Appointments and the places they hold: bays, advisors, consultants, cars for test drives."""

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint

from store.tables.base import Instant, key, metadata, to

# kind: service | test_drive. state: bot/booking.py: AppointmentState. moves: how often it was given another time.
# model: of the car to be driven, or of the customer's own when it stands in no file. external_id: the DMS's.
appointment = Table(
    "appointment",
    metadata,
    key(),
    to("store"),
    to("customer"),
    to("vehicle", null=True),
    to("message", null=True),
    Column("external_id", Text),
    Column("kind", Text, nullable=False),
    Column("service", Text, nullable=False, server_default=""),
    Column("model", Text, nullable=False, server_default=""),
    Column("plate", Text, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("starts_at", Instant, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="booked"),
    Column("moves", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("store_id", "external_id"),
    Index("ix_appointment_customer_id_starts_at", "customer_id", "starts_at"),
    Index("ix_appointment_state_starts_at", "state", "starts_at"),
)

# One row a place and slot: the unique key is what keeps two customers off one bay, one advisor, one car.
slot_hold = Table(
    "slot_hold",
    metadata,
    key(),
    to("store"),
    to("appointment", index=True),
    Column("resource", Text, nullable=False),  # bay:1, advisor:2, consultant:1, car:<model>:1
    Column("starts_at", Instant, nullable=False),
    UniqueConstraint("store_id", "resource", "starts_at"),
)
