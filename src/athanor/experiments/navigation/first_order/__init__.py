"""MAML against FOMAML under each reading, one inner step: the published Figure 3."""
