"""What people do in Slack: one service call each, and what they see at once. Nothing else."""

from handlers.listeners import Ways, register

__all__ = ["Ways", "register"]
