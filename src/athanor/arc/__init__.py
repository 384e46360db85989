"""A point that moves in the plane and a hidden target on an arc of the unit circle: what two task families share."""
