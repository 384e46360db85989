"""The rules of the navigation game, without JAX: every parameter, the obstacles, and which cells they block.

All positions lie on a lattice (start, targets and moves are multiples of the stride), so a position is a cell: two
whole numbers. Borders, obstacle ends and the reach of a target are then exact comparisons, where sums of 0.1 in
floating point would decide them by rounding error.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple, get_args

import numpy as np
from jaxtyping import Bool, Int

ObstacleLevel = Literal["none", "easy", "medium", "hard"]
Distribution = Literal["uniform", "random", "narrow"]
Outside = Literal["penalty", "clip", "free"]
AtObstacles = Literal["freeze", "block"]
Point = tuple[float, float]

OBSTACLE_LEVELS: tuple[ObstacleLevel, ...] = get_args(ObstacleLevel)
DISTRIBUTIONS: tuple[Distribution, ...] = get_args(Distribution)

# Clockwise from north, in cells; diagonals are longer by the square root of 2.
MOVES = np.array([(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)], np.int32)
ACTIONS = len(MOVES)
DOWN_LEFT = 5
_CHOICES: dict[str, tuple[str, ...]] = {
    "obstacles": OBSTACLE_LEVELS,
    "distribution": DISTRIBUTIONS,
    "outside": get_args(Outside),
    "at_obstacles": get_args(AtObstacles),
}

SIDE = 10.0  # m, of the square
ROUNDING = 1e-6  # cells; far below what any rule distinguishes, far above float64's errors

HARD_SEGMENTS: tuple[tuple[Point, Point], ...] = (
    ((1.5, 5.5), (4.5, 5.5)),
    ((5.5, 5.5), (8.5, 5.5)),
    ((1.5, 4.5), (4.5, 4.5)),
    ((5.5, 4.5), (8.5, 4.5)),
    ((4.5, 5.5), (4.5, 8.5)),
    ((5.5, 5.5), (5.5, 8.5)),
    ((4.5, 1.5), (4.5, 4.5)),
    ((5.5, 1.5), (5.5, 4.5)),
)


class Rectangle(NamedTuple):
    """The cells that one obstacle blocks, bounds included."""

    left: int
    right: int
    bottom: int
    top: int


@dataclass(frozen=True)
class Rules:
    """Every parameter of the game; the defaults are those of the released environment."""

    obstacles: ObstacleLevel = "medium"
    distribution: Distribution = "uniform"  # of the targets
    see_goal: bool = True  # whether the observation holds the target
    squared: bool = True  # whether the reward is minus the squared distance, or minus the distance
    reach_squared: float | None = 0.02  # m^2; an episode ends, with reward 0, this near the target
    outside: Outside = "penalty"  # what leaving the square does; only `clip` keeps the agent inside
    outside_reward: float = -800.0  # reward of every step that ends outside, if penalised
    at_obstacles: AtObstacles = "freeze"  # a move onto an obstacle ends all movement, or does not happen
    half_width: float = 0.02  # m, of an obstacle
    arm: float = 2.0  # m, half the length of the easy and medium level's segments
    idle_last_step: bool = True  # whether the last step of an episode moves nothing
    horizon: int = 100  # steps
    start: Point = (9.9, 9.9)
    stride: float = 0.1  # m, change of a coordinate in a move

    def __post_init__(self) -> None:
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is {getattr(self, name)!r}, must be one of {', '.join(allowed)}")
        for name, valid, must in _bounds(self):
            if not valid:
                raise ValueError(f"{name} is {getattr(self, name)}, must be {must}")

    @property
    def last_cell(self) -> int:
        """Return the largest coordinate inside the square, in cells; the smallest is 0."""
        return round(SIDE / self.stride)

    @property
    def start_cell(self) -> tuple[int, int]:
        """Return the cell of the start."""
        x, y = self.start
        return round(x / self.stride), round(y / self.stride)

    @property
    def steps(self) -> int:
        """Return the horizon: the steps of an episode that reaches nothing."""
        return self.horizon

    @property
    def moves(self) -> int:
        """Return how many steps of an episode move the agent."""
        return self.horizon - self.idle_last_step

    @property
    def reach_cells(self) -> int:
        """Return the largest squared distance, in cells, at which the target counts as reached; -1 if at none."""
        if self.reach_squared is None:
            return -1
        return math.floor(self.reach_squared / self.stride**2 + ROUNDING)

    @property
    def segments(self) -> tuple[tuple[Point, Point], ...]:
        """Return the obstacles, each from its left or lower end to the other, in metres."""
        middle = SIDE / 2
        low, high = middle - self.arm, middle + self.arm
        upright, flat = ((middle, low), (middle, high)), ((low, middle), (high, middle))
        return {"none": (), "easy": (upright,), "medium": (upright, flat), "hard": HARD_SEGMENTS}[
            self.obstacles
        ]

    @property
    def rectangles(self) -> tuple[Rectangle, ...]:
        """Return the cells that each obstacle blocks.

        A point is on an obstacle within half its width, if its projection falls strictly inside the segment.
        """
        rectangles = []
        for (x, y), (x_end, y_end) in self.segments:
            across_x, across_y = (True, False) if x == x_end else (False, True)
            rectangles.append(
                Rectangle(*self._interval(x, x_end, across_x), *self._interval(y, y_end, across_y))
            )
        return tuple(rectangles)

    def _interval(self, low: float, high: float, across: bool) -> tuple[int, int]:
        """Return the first and last coordinate, in cells, of the closed band across or the open segment along."""
        if across:
            first = math.ceil((low - self.half_width) / self.stride - ROUNDING)
            return first, math.floor((high + self.half_width) / self.stride + ROUNDING)
        first = math.floor(low / self.stride + ROUNDING) + 1
        return first, math.ceil(high / self.stride - ROUNDING) - 1


def _bounds(rules: Rules) -> tuple[tuple[str, bool, str], ...]:
    """Return which parameters are impossible, and what is allowed."""
    return (
        ("stride", rules.stride > 0 and _on_lattice(rules, SIDE), f"positive, and divide {SIDE:g}"),
        ("start", not target_problem(rules, rules.start), "a free point of the lattice"),
        ("horizon", rules.horizon >= 2, "at least 2"),
        ("half_width", 0 <= rules.half_width < 1, "at least 0 and less than 1"),
        ("arm", 0 < rules.arm < SIDE / 2, f"more than 0 and less than {SIDE / 2}"),
        ("reach_squared", rules.reach_squared is None or rules.reach_squared >= 0, "at least 0, or none"),
    )


def _on_lattice(rules: Rules, coordinate: float) -> bool:
    cells = coordinate / rules.stride
    return abs(cells - round(cells)) < ROUNDING


@cache
def blocked_cells(rules: Rules) -> Bool[np.ndarray, "x y"]:
    """Return which cells of the square lie on an obstacle."""
    blocked = np.zeros((rules.last_cell + 1,) * 2, bool)
    for left, right, bottom, top in rules.rectangles:
        blocked[left : right + 1, bottom : top + 1] = True
    blocked.flags.writeable = False
    return blocked


def target_cells(rules: Rules, points: tuple[Point, ...]) -> Int[np.ndarray, "target 2"]:
    """Return the cells of targets given in metres, or say in one line which one is impossible."""
    for point in points:
        if problem := target_problem(rules, point):
            raise ValueError(f"target {point} {problem}")
    return np.rint(np.reshape(points, (-1, 2)) / rules.stride).astype(np.int32)


def target_problem(rules: Rules, point: Point) -> str:
    """Return why a point cannot be a target, or an empty text."""
    if not all(0 <= coordinate <= SIDE for coordinate in point):
        return f"lies outside the square [0, {SIDE:g}]^2"
    if not all(_on_lattice(rules, coordinate) for coordinate in point):
        return f"has coordinates that are no multiples of {rules.stride:g}"
    x, y = (round(coordinate / rules.stride) for coordinate in point)
    return f"lies on an obstacle (level {rules.obstacles})" if blocked_cells(rules)[x, y] else ""


RELEASED = Rules()
FIGURE2 = Rules(arm=1.0, reach_squared=None, outside="free")
CLEAN = Rules(outside="clip", at_obstacles="block", idle_last_step=False)
SETTINGS: dict[str, Rules] = {"release": RELEASED, "figure2": FIGURE2, "clean": CLEAN}
