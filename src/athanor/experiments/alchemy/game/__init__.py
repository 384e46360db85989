"""The game: how many chemistries there are, and pictures of some."""
