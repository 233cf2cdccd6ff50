"""What people do in Slack: one service call each, and what they see at once. Nothing else."""

from handlers.listeners import register

__all__ = ["register"]
