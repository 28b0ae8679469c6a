"""Which helplines a clinic found silent, beside the clinic, so that every page knows it."""

import sqlalchemy as sa
from alembic import op

revision = "0590"
down_revision = "0560"


def upgrade() -> None:
    op.add_column("clinics", sa.Column("silent", sa.Text(), server_default="", nullable=False))
    asked = sa.text("SELECT clinic_id, country, number, answers FROM helpline_checks WHERE number <> '' ORDER BY at")
    newest = {(one.clinic_id, one.country, one.number): one.answers for one in op.get_bind().execute(asked)}
    silent: dict[object, list[str]] = {}
    for (clinic, country, number), answers in sorted(newest.items(), key=str):
        if not answers:
            silent.setdefault(clinic, []).append(f"{country} {number}")
    keep = sa.text("UPDATE clinics SET silent = :said WHERE id = :clinic")
    for clinic, lines in silent.items():
        op.get_bind().execute(keep, {"said": "\n".join(sorted(lines)), "clinic": clinic})
