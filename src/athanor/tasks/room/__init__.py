"""Room: walk among cells that pay, where any reward of cells is a task."""
