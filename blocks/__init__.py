"""What people see: pure functions from values to Block Kit, and back from what they typed."""
