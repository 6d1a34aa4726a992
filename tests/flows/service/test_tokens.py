"""Tokens: who may call, under which name, and that nothing gives a token away."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from opsrail.findings import CannotWork
from opsrail.flows.service.tokens import find_tokens, read_tokens, write_new_token

OLD = "old-token-0123456789-0123456789-ab"
NEW = "new-token-0123456789-0123456789-ab"


def written(folder: Path, text: str, mode: int = 0o600) -> Path:
    file = folder / "tokens"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def test_two_tokens_open_while_one_replaces_the_other(tmp_path: Path) -> None:
    tokens = read_tokens(written(tmp_path, f"# desk\nold:{OLD}\n\n  new:{NEW}\n"))
    assert tokens.owner_of(f"Bearer {OLD}") == "old"
    assert tokens.owner_of(f"bearer  {NEW} ") == "new"
    assert tokens.owner_of(f"Bearer {OLD}{NEW}") is None
    assert tokens.owner_of(OLD) is None


def test_a_token_is_found_in_the_environment_where_no_file_is_given(tmp_path: Path) -> None:
    environment = {"OPSRAIL_FLOW_TOKEN": OLD}
    assert find_tokens(None, environment).owner_of(f"Bearer {OLD}") == "environment"
    file = written(tmp_path, f"desk:{NEW}\n")
    assert find_tokens(file, environment).owner_of(f"Bearer {OLD}") is None


@pytest.mark.parametrize("environment", [{}, {"OPSRAIL_FLOW_TOKEN": ""}])
def test_without_a_token_there_is_no_service(environment: dict[str, str]) -> None:
    with pytest.raises(CannotWork, match="there is none"):
        find_tokens(None, environment)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "has no token"),
        ("# only a remark\n", "has no token"),
        (f"{OLD}\n", "tokens:1 is not of the form"),
        (f"desk:{OLD} \ndesk two:{NEW}\n", "tokens:2 is not of the form"),
        (f"desk:{OLD} {NEW}\n", "is not of the form"),
        ("desk:short\n", "too short"),
        (f"desk:{OLD}\ndesk:{NEW}\n", "tokens:2: the name or the token"),
        (f"desk:{OLD}\nbot:{OLD}\n", "tokens:2: the name or the token"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_and_not_shown(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(CannotWork, match=told) as raised:
        read_tokens(written(tmp_path, text))
    for token in (OLD, NEW, "short\n"):
        assert token not in f"{raised.value} {raised.value.hint}"


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    for mode in (0o640, 0o604, 0o660):
        with pytest.raises(CannotWork, match="other people"):
            read_tokens(written(tmp_path, f"desk:{OLD}\n", mode))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotWork, match="there is no token file"):
        read_tokens(tmp_path / "none")


def test_nothing_shows_a_token(tmp_path: Path) -> None:
    assert OLD not in repr(read_tokens(written(tmp_path, f"desk:{OLD}\n")))


def test_new_tokens_are_added_for_their_owners_eyes_only(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    write_new_token(file, "desk")
    write_new_token(file, "bot")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(read_tokens(file).digests) == ["desk", "bot"]
    with pytest.raises(CannotWork, match="already has a token called bot"):
        write_new_token(file, "bot")
    with pytest.raises(CannotWork, match="not of the form"):
        write_new_token(file, "two words")
    assert len(file.read_text("utf-8").splitlines()) == 2
