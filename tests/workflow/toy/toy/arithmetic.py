"""What `squares` imports and the other experiments do not."""


def power(number: int) -> int:
    """Return the square of a number."""
    # A square is a number times itself.
    return number * number
