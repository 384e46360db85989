"""What the number of inner steps does to training: stability, where training ends, and what varies with N."""
