"""What the bot does: one function is one transaction; `delivery` carries the effects to Slack."""
