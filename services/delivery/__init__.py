"""The courier: carries the outbox to Slack. Nothing else in the services knows slack_sdk."""
