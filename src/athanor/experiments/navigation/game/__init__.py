"""The game itself: its maps, what is reachable in it, and where walking into the cross is optimal."""
