"""Alchemy: three stones, twelve potions, and a hidden chemistry that says what potions do and how all of it looks."""
