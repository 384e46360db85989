"""Policies trained on randomised dynamics, with and without memory, beside nominal ones and those told the task."""
