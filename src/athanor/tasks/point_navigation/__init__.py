"""Point navigation: go to a hidden goal in the plane, in small steps."""
