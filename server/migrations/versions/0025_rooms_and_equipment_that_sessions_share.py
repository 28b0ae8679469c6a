"""Rooms and equipment that sessions share."""

import sqlalchemy as sa
from alembic import op

from server.db import Instant

revision = "0025"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "resource_kinds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_resource_kinds_clinic_id_clinics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_kinds")),
    )
    with op.batch_alter_table("resource_kinds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resource_kinds_clinic_id"), ["clinic_id"], unique=False)

    op.create_table(
        "resources",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("kind_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_resources_clinic_id_clinics")),
        sa.ForeignKeyConstraint(["kind_id"], ["resource_kinds.id"], name=op.f("fk_resources_kind_id_resource_kinds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resources")),
    )
    with op.batch_alter_table("resources", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resources_clinic_id"), ["clinic_id"], unique=False)

    op.create_table(
        "resource_closures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("from_at", Instant(timezone=True), nullable=False),
        sa.Column("until_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_resource_closures_clinic_id_clinics")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_resource_closures_resource_id_resources")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_closures")),
    )
    with op.batch_alter_table("resource_closures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resource_closures_resource_id"), ["resource_id"], unique=False)

    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.add_column(sa.Column("needs", sa.Text(), server_default="", nullable=False))
