"""Room for the whole counter of a passkey (32 bits, unsigned), and an index that alone answers what time is taken."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.alter_column("sign_count", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False)
    op.drop_index("ix_claims_resource_from", table_name="claims")
    op.create_index("ix_claims_resource_from", "claims", ["resource_id", "from_at", "until_at", "expires_at"])
