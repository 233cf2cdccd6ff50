"""The running program: command line, settings, clock, scheduler, Slack connection, health."""
