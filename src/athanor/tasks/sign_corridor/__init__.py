"""Sign corridor: one of several far goals pays, and a sign beside the start says which."""
