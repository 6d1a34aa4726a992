from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.governance.globs import matches

NAMES = st.text("ab*.[\n", min_size=1, max_size=4)
PATHS = st.lists(st.text("ab.\n", min_size=1, max_size=4), min_size=1, max_size=4).map("/".join)
GLOBS = st.lists(
    st.one_of(st.just("**"), st.text("ab*?.", min_size=1, max_size=4)), min_size=1, max_size=4
).map("/".join)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("content/sources/*.md", "content/sources/refunds.md"),
        ("content/**", "content/a/b/c.md"),
        ("content/", "content/a/b/c.md"),
        ("**", "anything/at/all"),
        ("**/*.yaml", "top.yaml"),
        ("a/**/z", "a/z"),
        ("a/**/z", "a/b/c/z"),
        ("a/**/b/**/c", "a/b/x/b/y/c"),
        ("/README.md", "README.md"),
        ("a?c", "abc"),
        ("**", "new\nline"),
        ("a[b].md", "a[b].md"),
    ],
)
def test_a_glob_means(glob: str, path: str) -> None:
    assert matches(glob, path)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("content/sources/*.md", "content/sources/old/refunds.md"),
        ("content/**", "content"),
        ("content/*", "content/a/b"),
        ("*.md", "a/b.md"),
        ("content/**", "Content/a.md"),
        ("a[b].md", "ab.md"),
        ("a**b", "a/b"),
        ("a?c", "a/c"),
        ("policies", "policies/roles.yaml"),
        ("**/x", "ax"),
        ("a.md", "a.md\n"),
    ],
)
def test_a_glob_does_not_mean(glob: str, path: str) -> None:
    assert not matches(glob, path)


def as_expression(glob: str) -> str:
    """The same by way of a regular expression."""
    steps = glob.split("/")
    if steps[-1] == "**":
        steps.append("*")
    parts = []
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        if step == "**":
            parts.append("(?:[^/]+/)*")
        else:
            one = "".join({"*": "[^/]*", "?": "[^/]"}.get(c, re.escape(c)) for c in step)
            parts.append(one + ("" if last else "/"))
    return "".join(parts)


@given(GLOBS, PATHS)
def test_it_agrees_with_a_regular_expression(glob: str, path: str) -> None:
    assert matches(glob, path) == bool(re.fullmatch(as_expression(glob), path))


@given(PATHS)
def test_a_path_without_signs_means_itself_and_everything_means_it(path: str) -> None:
    assert matches(path, path)
    assert matches("**", path)


def test_no_glob_takes_long() -> None:
    started = time.monotonic()
    matches("*a" * 200 + "b", "a" * 4_000)
    matches("/".join(["**", "a"] * 200), "/".join("a" * 4_000) + "/b")
    assert time.monotonic() - started < 5
