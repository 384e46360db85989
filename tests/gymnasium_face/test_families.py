"""Tests of families found by their place, and of the one line for what no game has."""

import pickle
import subprocess
import sys
from pathlib import Path

import gymnasium
import pytest

import athanor
from athanor import FAMILIES, gymnasium_face
from athanor.environment import Environment
from athanor.gymnasium_face.families import found
from athanor.gymnasium_face.options import require_truth


def test_every_folder_of_the_tasks_is_registered() -> None:
    folders = {path.parent.name for path in Path(athanor.__file__).parent.glob("tasks/*/__init__.py")}
    assert set(FAMILIES.values()) == folders and FAMILIES["SimpleAlchemy"] == "simple_alchemy"
    registered = {name for name in gymnasium.registry if name.startswith("athanor/")}
    assert registered == {f"athanor/{name}-v0" for name in FAMILIES}


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_keeps_the_contract(name) -> None:
    assert isinstance(found(name).game({}), Environment)


def test_importing_athanor_loads_no_jax() -> None:
    code = "import sys, athanor, gymnasium; gymnasium.spec('athanor/Navigation-v0'); assert 'jax' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_classes_have_one_name() -> None:
    for name in ("NavigationEnv", "NavigationVectorEnv"):
        face = getattr(gymnasium_face, name)
        assert face.__name__ == name and pickle.loads(pickle.dumps(face)) is face
    with pytest.raises(AttributeError, match="has no attribute 'NoFamilyEnv'"):
        _ = gymnasium_face.NoFamilyEnv


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"stepz": 3}, "Walk has no setting 'stepz'; it has setting, steps, luck, prize, name"),
        ({"steps": "3"}, "steps is '3', must be a valid integer"),
        ({"steps": True}, "steps is True, must be a valid integer"),
        ({"steps": 2.0}, "steps is 2.0, must be a valid integer"),
        ({"name": "middle"}, "name is 'middle', must be 'short' or 'long'"),
        ({"steps": 0}, "steps is 0, must be at least 1"),
        ({"setting": "wide"}, "setting is 'wide', must be one of long"),
        ({"render_mode": "human"}, "render_mode is 'human'; Walk has ansi"),
        ({"steps": 10**12}, "steps is 1000000000000, must be at most 1,000,000"),
        ({"steps": 10**6, "episodes": 3}, "an episode has 3,000,000 steps, must have at most 1,000,000"),
        ({"prize": float("inf")}, "prize is inf, must be at most 1,000,000"),
    ],
)
def test_a_setting_that_is_impossible_is_named(walk, settings, message) -> None:
    for face in walk:
        with pytest.raises(ValueError) as error:
            face(**settings)
        assert str(error.value) == message


def test_who_asks_for_a_picture_goes_without_where_there_is_none(walk) -> None:
    with pytest.raises(TypeError):  # as of a constructor that knows no render_mode
        walk[0](render_mode="rgb_array")


def test_settings_by_name_and_one_by_one(walk) -> None:
    assert walk[0](setting="long").game.steps == 9
    game = walk[0](setting="long", prize=3, name="long").game
    assert (game.steps, game.prize, game.name, game.luck) == (9, 3, "long", False)


def test_a_belief_that_is_not_exact_cannot_be_seen(push) -> None:
    with pytest.raises(ValueError, match="see_belief is True, but Push has no exact belief"):
        push[0](see_belief=True)


def test_a_trial_shows_what_was_done_and_paid_and_stays_on_its_task() -> None:
    """Two episodes of two pulls each: [share of the episode, arm pulled (one-hot), reward, whether one starts]."""
    env = gymnasium.make(
        "athanor/Bandit-v0", arms=3, pulls=2, see_history=True, episodes=2, disable_env_checker=True
    )
    observation, _ = env.reset(seed=0)
    assert observation.tolist() == [0, 0, 0, 0, 0, 1]
    task = env.unwrapped.task.probability.tolist()
    for arm, share, starts, over in (
        (2, 0.5, 0, False),
        (0, 0, 1, False),
        (1, 0.5, 0, False),
        (1, 1, 0, True),
    ):
        observation, reward, terminated, _, _ = env.step(arm)
        one_hot = [float(arm == each) for each in range(3)]
        assert observation.tolist() == [share, *one_hot, reward, starts] and terminated == over
    assert env.unwrapped.task.probability.tolist() == task


def test_a_trial_is_shown_as_its_episode_is() -> None:
    plain, trial = (
        gymnasium.make("athanor/GridNavi-v0", render_mode="rgb_array", **more)
        for more in ({}, {"see_history": True, "see_belief": True, "episodes": 2})
    )
    pictures = []
    for env in (plain, trial):
        env.reset(seed=1)
        env.step(0)
        pictures.append(env.render())
    assert (pictures[0] == pictures[1]).all()


@pytest.mark.parametrize("episodes", [0, True])
def test_a_trial_of_no_episodes_is_refused(walk, episodes) -> None:
    for face in walk:
        with pytest.raises(ValueError) as error:
            face(episodes=episodes)
        assert str(error.value) == f"episodes is {episodes!r}, must be a whole number of at least 1"


def test_settings_by_name_are_those_that_agents_are_scored_on() -> None:
    assert gymnasium.make("athanor/Bandit-v0", setting="2x100").unwrapped.game.pulls == 100  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="BusGrid has no named settings; it has size, "):
        gymnasium.make_vec("athanor/BusGrid-v0", num_envs=2, setting="9x9_20")
    with pytest.raises(ValueError, match="stride=0 makes no game of Navigation: float division by zero"):
        gymnasium.make("athanor/Navigation-v0", stride=0)


@pytest.mark.parametrize("value", ["x", 3, None])
def test_what_is_no_truth_is_named(value: object) -> None:
    with pytest.raises(ValueError, match=f"keep_task is {value!r}, must be True or False"):
        require_truth("keep_task", value)


@pytest.mark.parametrize("number", [0, -1])
def test_a_batch_has_a_number_of_environments(number: int) -> None:
    with pytest.raises(ValueError, match=rf"num_envs is {number}, must be a whole number of at least 1"):
        gymnasium.make_vec("athanor/Bandit-v0", num_envs=number)


def test_settings_of_navigation() -> None:
    env = gymnasium.make(
        "athanor/Navigation-v0", setting="clean", obstacles="hard", start=[9.0, 9.0]
    ).unwrapped
    assert (env.game.outside, env.game.obstacles, env.game.start) == ("clip", "hard", (9.0, 9.0))


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("SimpleAlchemy", {"family": "four"}, "family is 'four', must be 'three_edges' or 'all'"),
        ("SimpleAlchemy", {"goal": 8}, "goal is 8, must be from 0 to 7"),
        ("SimpleAlchemy", {"trials": 0}, "trials is 0, must be at least 1"),
        ("Alchemy", {"stones": 0}, "stones is 0, must be a whole number of at least 1"),
        ("Alchemy", {"level": "flat"}, "level is 'flat', must be 'aligned' or 'rotated'"),
        ("Navigation", {"horizon": 1}, "horizon is 1, must be at least 2"),
        (
            "Navigation",
            {"setting": "relased"},
            "setting is 'relased', must be one of release, figure2, clean",
        ),
    ],
)
def test_rules_that_are_impossible_are_named(name, settings, message) -> None:
    with pytest.raises(ValueError) as error:
        gymnasium.make(f"athanor/{name}-v0", **settings)
    assert str(error.value) == message
