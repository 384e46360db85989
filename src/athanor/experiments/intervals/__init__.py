"""How often the intervals of the study contain what they estimate."""
