"""Numpad: pads that light up when they are entered in a hidden sequence."""
