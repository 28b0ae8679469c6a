"""Why a clinic accepted a programme of its own that gives up something of Parlour's."""

import sqlalchemy as sa
from alembic import op

from server.programmes.guards import every

revision = "0560"
down_revision = "0620"


def upgrade() -> None:
    files = "fk_programme_file_reasons_file_id_programme_files"
    op.create_table(
        "programme_file_reasons",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("sorts", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["programme_files.id"], name=op.f(files)),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_programme_file_reasons")),
    )
    for statement in every(op.get_bind().dialect.name, ["programme_file_reasons"]):
        op.execute(statement)
