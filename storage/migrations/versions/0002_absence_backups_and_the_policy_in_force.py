"""Absence of people, backups of reminders, and the policy by which what is open was judged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.add_column(sa.Column("policy_in_force", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("away_status", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("away_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("backup_id", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("backup_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("backup_channel_id", sa.String(length=32), nullable=True))
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_effect_id"), ["effect_id"], unique=False)


def downgrade() -> None:
    """Take the schema back."""
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_effect_id"))
    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.drop_column("backup_channel_id")
        batch_op.drop_column("backup_at")
        batch_op.drop_column("backup_id")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("away_until")
        batch_op.drop_column("away_status")
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.drop_column("policy_in_force")
