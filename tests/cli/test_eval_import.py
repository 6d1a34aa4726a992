from __future__ import annotations

import pytest

from tests.cli.desk import Desk

CONFIG = """\
tests:
  - vars: {question: "How long?"}
    assert: [{type: contains, value: 30 days}, {type: llm-rubric, value: is kind}]
"""
PATH = "policies/evals/refunds.yaml"


@pytest.fixture
def given(desk: Desk) -> Desk:
    desk.write("old/refunds.yaml", CONFIG)
    return desk


def test_a_file_becomes_a_suite_and_what_is_missing_is_told(given: Desk) -> None:
    ran = given.opsrail("eval", "import", "old/refunds.yaml", "--owner", "quality")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(
        "Not taken over: 1 part\n"
        "  old/refunds.yaml:3:48: llm-rubric “is kind”: a model judges it\n      say what"
    )
    assert f"Wrote {PATH} (1 case)" in ran.out
    written = given.read(PATH)
    assert "owner: quality" in written
    assert "python: policies/evals/refunds.py:answer" in written
    assert "# not taken over (old/refunds.yaml:3:48)" in written


def test_nothing_is_overwritten(given: Desk) -> None:
    given.write(PATH, "mine\n")
    ran = given.opsrail("eval", "import", "old/refunds.yaml")
    assert ran.code == 2
    assert "there already" in ran.err
    assert given.read(PATH) == "mine\n"


def test_it_works_from_any_folder_and_takes_a_target(given: Desk) -> None:
    ran = given.opsrail(
        *("eval", "import", "refunds.yaml", "--output", "policies/evals/a.yaml"),
        *("--target", "command:./answer --fast"),
        folder="old",
    )
    assert ran.code == 0, ran
    assert "command:\n  - ./answer\n  - --fast\n" in given.read("policies/evals/a.yaml")
    assert "name under `target`" not in ran.out


def test_a_config_of_the_usual_name_is_named_after_its_folder(given: Desk) -> None:
    given.write("Old Desk/promptfooconfig.yaml", CONFIG)
    ran = given.opsrail("eval", "import", "Old Desk/promptfooconfig.yaml")
    assert "Wrote policies/evals/old-desk.yaml" in ran.out


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--output", "evals/a.yaml"), "is no suite"),
        (("--output", "policies/evals/../a.yaml"), "is no suite"),
        (("--target", "rules:all"), "is no target"),
        (("--target", "python:a"), "is no function"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(
    given: Desk, option: tuple[str, ...], said: str
) -> None:
    ran = given.opsrail("eval", "import", "old/refunds.yaml", *option)
    assert ran.code == 2
    assert said in ran.err
    assert not (given.root / PATH).exists()


def test_where_nothing_is_left_nothing_is_written(given: Desk) -> None:
    given.write("old/refunds.yaml", "tests: [{vars: {a: b}, assert: [{type: cost}]}]\n")
    ran = given.opsrail("eval", "import", "old/refunds.yaml")
    assert ran.code == 1
    assert "Nothing was written" in ran.out
    assert not (given.root / PATH).exists()


def test_files_outside_of_the_repository_are_not_read(given: Desk) -> None:
    outside = given.root.parent / "secret.yaml"
    outside.write_text("- {vars: {ask: secret}, assert: [{type: equals, value: a}]}\n", "utf-8")
    (given.root / "old/link.yaml").symlink_to(outside)
    given.write("inside.yaml", "- {vars: {ask: shown}, assert: [{type: equals, value: a}]}\n")
    names = ["../../secret.yaml", str(outside), "link.yaml", "../../*.yaml", "/**/secret.yaml"]
    tests = "".join(f"  - file://{name}\n" for name in [*names, "../inside.yaml"])
    given.write("old/refunds.yaml", f"tests:\n{tests}")
    ran = given.opsrail("eval", "import", "old/refunds.yaml")
    assert ran.code == 0, ran
    assert ran.out.count("is not there") == len(names)
    assert "ask: shown" in given.read(PATH)
    assert "ask: secret" not in given.read(PATH)


def test_a_file_that_cannot_be_read_is_told(given: Desk) -> None:
    given.write("old/refunds.yaml", "tests: [\n")
    ran = given.opsrail("eval", "import", "old/refunds.yaml")
    assert ran.code == 1
    assert ran.err.startswith("old/refunds.yaml:")
