"""A run keeps nothing in a home folder, which may not exist or not be writable."""

NOWHERE = {
    "HOME": "/proc/none",
    "XDG_CACHE_HOME": "/proc/none/cache",
    "XDG_CONFIG_HOME": "/proc/none/config",
    "XDG_DATA_HOME": "/proc/none/data",
}


def test_a_run_needs_no_home(toy):
    toy.succeed("results/figures/toy_line.png", **NOWHERE)
    assert (toy.path / ".cache" / "matplotlib").is_dir()
