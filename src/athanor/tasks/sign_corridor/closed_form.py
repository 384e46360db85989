"""What the optimum and posterior sampling earn in the sign corridor, in closed form.

Posterior sampling walks to a goal drawn from the posterior and draws another one there if it does not pay: it never
meets the sign. With K goals D steps away it reaches the j-th goal after D (2 j − 1) steps. Who reads the sign first is
paid after D + 2 steps, whatever K is.
"""

from athanor.tasks.sign_corridor.environment import SignCorridor


def goals_tried(rules: SignCorridor) -> int:
    """Return how many goals can be reached within an episode by who reads no sign: j with D (2 j − 1) ≤ horizon."""
    return min((rules.horizon + rules.distance) // (2 * rules.distance), rules.goals)


def posterior_sampling(rules: SignCorridor, episodes: int = 1) -> float:
    """Return the expected return of a trial: episode e is paid if the goal is among the first e · tried of K."""
    tried, goals = goals_tried(rules), rules.goals
    if tried == 0:
        return 0.0
    return sum(min(episode * tried, goals) / goals for episode in range(1, episodes + 1))


def optimum(rules: SignCorridor, episodes: int = 1) -> float:
    """Return the greatest expected return of a trial whose episodes suffice for the sign: all of them are paid.

    Episodes that do not suffice are spent like posterior sampling's, unless there is one more than what remains to be
    tried, in which reading the sign alone would tell; such trials are refused.
    """
    if rules.horizon >= rules.distance + 2:
        return float(episodes)
    if episodes > 1:
        raise ValueError(
            f"horizon is {rules.horizon}, must be at least distance + 2 = {rules.distance + 2} in trials of more episodes"
        )
    return posterior_sampling(rules)


def expected_steps_of_sampling(rules: SignCorridor) -> float:
    """Return the mean of D (2 j − 1) over j = 1 … K, if no horizon ends the search: K D."""
    return float(rules.goals * rules.distance)


def expected_steps_of_optimum(rules: SignCorridor) -> float:
    """Return the least expected steps without a horizon: those by the sign, or of trying where that is shorter."""
    return float(min(rules.distance + 2, rules.goals * rules.distance))
