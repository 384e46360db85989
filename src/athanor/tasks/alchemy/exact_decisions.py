"""What a decision is worth, by the exact search of the trial from the position that it is made in."""

import numpy as np

from athanor.tasks.alchemy.chemistries import COLOURS
from athanor.tasks.alchemy.environment import Alchemy, Observation
from athanor.tasks.alchemy.exact_search import ExactSearch, Position, Stone, look_number, paid


class Decision:
    """A state as it is seen, before anything has been learnt from a dip."""

    def __init__(self, env: Alchemy, search: ExactSearch, seen: Observation) -> None:
        """Take the search of what the belief allows."""
        self._env, self._search = env, search
        self._colours: list[int] = seen.colours.tolist()
        self._stones: list[Stone | None] = [
            (look_number(look), value) if there else None
            for look, value, there in zip(
                np.asarray(seen.looks), seen.values.tolist(), seen.stones.tolist(), strict=True
            )
        ]
        potions = tuple(self._colours.count(colour) for colour in range(COLOURS))
        self.position = Position(search.everything, self._sorted(self._stones), potions)

    @property
    def value(self) -> float:
        """Return the most that the rest of the trial pays in expectation."""
        return self._search.value(self.position)

    def worth(self, action: int) -> float:
        """Return the most that the rest of the trial pays if it begins with an action on what is there.

        Doing nothing counts as the end of the trial.
        """
        if action == self._env.no_op:
            return 0.0
        slot, target = divmod(action - self._env.no_op - 1, self._env.potions + 1)
        stone = self._stones[slot]
        if stone is None:
            raise ValueError(f"action {action} names stone {slot}, which is gone")
        if target:
            return self._search.dip_value(self.position, stone, self._colours[target - 1])
        others = [other for place, other in enumerate(self._stones) if place != slot]
        rest = self.position._replace(stones=self._sorted(others))
        _, value = stone
        reward = paid((stone,)) if value > -1 else float(value)
        return reward + self._search.value(rest)

    @staticmethod
    def _sorted(stones: list[Stone | None]) -> tuple[Stone, ...]:
        return tuple(sorted(stone for stone in stones if stone is not None))
