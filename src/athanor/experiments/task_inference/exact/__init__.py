"""What can be earned in each family: by who knows the task, by who infers it best, and by simple agents."""
