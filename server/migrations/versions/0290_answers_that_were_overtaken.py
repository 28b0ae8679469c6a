"""Answers that another page overtook are kept beside those that count, and a flag is of one answer."""

import sqlalchemy as sa
from alembic import op

revision = "0290"
down_revision = "0311"

COUNTS = sa.text("NOT overtaken")
WHOSE = """
    UPDATE measure_flags SET answer_id = (
        SELECT a.id FROM measure_answers a WHERE a.measure_id = measure_flags.measure_id
        AND a.item = measure_flags.item AND a.number = measure_flags.number
    )
"""


def upgrade() -> None:
    with op.batch_alter_table("measure_answers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("overtaken", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_constraint(batch_op.f("uq_measure_answers_measure_id"), type_="unique")
    op.create_index(
        "uq_measure_answers_number",
        "measure_answers",
        ["measure_id", "item", "number"],
        unique=True,
        sqlite_where=COUNTS,
        postgresql_where=COUNTS,
    )
    with op.batch_alter_table("measure_flags", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answer_id", sa.Uuid(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_measure_flags_measure_id"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_measure_flags_answer_id"), ["answer_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_measure_flags_answer_id_measure_answers"), "measure_answers", ["answer_id"], ["id"]
        )
    op.create_index("ix_measure_flags_measure_id", "measure_flags", ["measure_id"])
    op.execute(WHOSE)
