from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athanor.pipeline import digests

TREE = {
    "__init__.py": "",
    "base.py": "X = 1\n",
    "middle.py": "from treepkg.base import X\n",
    "top.py": "import treepkg.middle\n",
    "apart.py": "Y = 2\n",
    "sub/__init__.py": "Z = 3\n",
    "sub/leaf.py": "def f():\n    from treepkg import apart\n    return apart.Y\n",
}
MODULES = [
    "treepkg.base",
    "treepkg.middle",
    "treepkg.top",
    "treepkg.apart",
    "treepkg.sub",
    "treepkg.sub.leaf",
]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "treepkg"
    for name, text in TREE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    _forget()
    yield folder
    _forget()


def _forget() -> None:
    for cached in (digests.import_graph, digests.closure, digests._combined, digests._folder):
        cached.cache_clear()


def _all(
    compute: Callable[[str], str] = lambda module: digests.module_digest(module, package="treepkg"),
) -> dict[str, str]:
    _forget()
    return {module.removeprefix("treepkg."): compute(module) for module in MODULES}


def _changed(tree: Path, name: str, text: str) -> set[str]:
    before = _all()
    (tree / name).write_text(text)
    after = _all()
    return {module for module in before if before[module] != after[module]}


def test_the_closure_follows_imports_and_holds_the_packages(tree: Path) -> None:
    assert digests.closure(frozenset({"treepkg.top"}), "treepkg") == {
        "treepkg",
        "treepkg.top",
        "treepkg.middle",
        "treepkg.base",
    }
    assert digests.closure(frozenset({"treepkg.sub.leaf"}), "treepkg") == {
        "treepkg",
        "treepkg.sub",
        "treepkg.sub.leaf",
        "treepkg.apart",
    }


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("base.py", "X = 2\n", {"base", "middle", "top"}),
        ("top.py", "import treepkg.middle\nW = 1\n", {"top"}),
        ("apart.py", "Y = 3\n", {"apart", "sub.leaf"}),
        ("sub/__init__.py", "Z = 4\n", {"sub", "sub.leaf"}),
        ("__init__.py", "V = 1\n", {"base", "middle", "top", "apart", "sub", "sub.leaf"}),
        ("base.py", '"""What it is."""\n# a comment\n\nX   =  (1)\n', set()),
        (
            "sub/leaf.py",
            'def f():\n    """Say."""\n    from treepkg import apart\n\n    return apart.Y\n',
            set(),
        ),
        ("top.py", "import treepkg.middle\nimport treepkg.apart\n", {"top"}),
    ],
)
def test_an_edit_changes_exactly_what_imports_it(
    tree: Path, name: str, text: str, expected: set[str]
) -> None:
    assert _changed(tree, name, text) == expected


def test_a_script_counts_itself_and_what_it_imports(tree: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("# %% [markdown]\n# title\nfrom treepkg import middle\nprint(middle.X)\n")

    def digest() -> str:
        _forget()
        return digests.script_digest(script, "treepkg")

    first = digest()
    script.write_text("# another title\nfrom treepkg import middle\nprint(middle.X)\n")
    assert digest() == first
    (tree / "apart.py").write_text("Y = 5\n")
    assert digest() == first
    (tree / "base.py").write_text("X = 5\n")
    second = digest()
    assert second != first
    script.write_text("from treepkg import middle\nprint(middle.X + 1)\n")
    assert digest() not in (first, second)


def test_a_string_that_is_no_docstring_counts() -> None:
    assert digests.source_digest('x = "a"') != digests.source_digest('x = "b"')
    assert digests.source_digest("def f(): return 'a'") != digests.source_digest("def f(): return 'b'")
    assert digests.source_digest('def f():\n    "a"\n    pass') == digests.source_digest("def f(): pass")


@pytest.mark.parametrize(
    "around",
    [
        "if x:\n  pass\nelif y:\n{}\nelse:\n  pass",
        "try:\n  pass\nexcept E:\n{}\nfinally:\n  pass",
        "for x in y:\n  pass\nelse:\n{}",
        "with x:\n while y:\n{}",
        "match x:\n case 1:\n{}",
        "class A:\n async def g():\n{}",
    ],
)
def test_no_docstring_counts_wherever_it_is(around: str) -> None:
    first, second = (
        around.format(f"     def f():\n      '{text}'\n      return lambda: 'c'") for text in "ab"
    )
    assert first != second and digests.source_digest(first) == digests.source_digest(second)
    assert digests.source_digest(first) != digests.source_digest(first.replace("'c'", "'d'"))


@given(st.lists(st.text("abc '\"#=", max_size=10), min_size=4, max_size=4))
def test_comments_never_count(comments: list[str]) -> None:
    lines = ["def f(x):", "    y = x + 1", "    return y", "z = f(1)"]
    commented = "\n".join(f"{line}  # {comment}\n" for line, comment in zip(lines, comments, strict=True))
    assert digests.source_digest(commented) == digests.source_digest("\n".join(lines))


@given(st.integers(), st.integers())
def test_values_always_count(first: int, second: int) -> None:
    same = digests.source_digest(f"x = {first}") == digests.source_digest(f"x = {second}")
    assert same == (first == second)
