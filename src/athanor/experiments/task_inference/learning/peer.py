"""RecurrentPPO of sb3-contrib (Raffin et al. 2021) on a bandit, set like the recurrent agent: an optional peer."""

from collections.abc import Callable

import athanor.gymnasium_face  # noqa: F401 (registers the environments)
from athanor.experiments.task_inference.learning.config import Game, Learning
from athanor.tasks.bandit.environment import Bandit


def recurrent_ppo(rules: Bandit, game: Game, learning: Learning) -> Callable[[], None]:
    """Return an update: trials of a batch played in its own vector environment, and some epochs on all of them."""
    from sb3_contrib import RecurrentPPO
    from stable_baselines3.common.env_util import make_vec_env

    kwargs = {"arms": rules.arms, "pulls": rules.pulls, "see_history": True}
    env = make_vec_env("athanor/Bandit-v0", game.batch, seed=0, env_kwargs=kwargs)
    steps = game.batch * rules.steps
    agent = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        learning_rate=game.rate,
        n_steps=rules.steps,
        batch_size=steps,
        n_epochs=game.epochs,
        gamma=game.discount,
        gae_lambda=game.gae_lambda,
        clip_range=learning.clip,
        ent_coef=game.entropy,
        vf_coef=learning.value_weight,
        max_grad_norm=learning.largest_gradient,
        policy_kwargs={
            "lstm_hidden_size": game.hidden,
            "net_arch": [],
            "shared_lstm": True,
            "enable_critic_lstm": False,
        },
        device="cpu",
    )

    def update() -> None:
        agent.learn(steps, reset_num_timesteps=False)

    return update
