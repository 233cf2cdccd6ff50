"""What an escalation is and owes: pure rules without input or output."""
