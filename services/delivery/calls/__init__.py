"""How each kind of effect is done in Slack, and how it is looked for when it is in doubt (FAULTS.md, §3)."""
