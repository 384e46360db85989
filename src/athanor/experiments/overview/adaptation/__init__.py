"""How learners that adapt by gradients do on held-out goals of point navigation, update by update."""
