"""What learners do beside the exact answers: one table for all systems."""
