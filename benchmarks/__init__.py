"""How fast, how few calls, how much memory: counted and measured against the goals, never as a timed test."""
