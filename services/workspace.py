"""The workspace that the token belongs to."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import Workspace
from storage.database import insert_into
from storage.tables import workspaces


async def ensure_workspace(session: AsyncSession, team_id: str, bot_user_id: str, name: str) -> None:
    """Store it, if it is new; several processes may start at once."""
    if await session.get(Workspace, team_id) is None:
        fresh = asdict(Workspace(team_id, bot_user_id, name))
        await session.execute(insert_into(session, workspaces).values(**fresh).on_conflict_do_nothing())
