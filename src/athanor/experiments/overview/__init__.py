"""An overview's systems: each of its statements beside a small experiment whose right answer is known."""
