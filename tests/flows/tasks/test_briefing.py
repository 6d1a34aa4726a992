from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pytest

from opsrail.flows.model import Author, Misconfigured, Task, World
from opsrail.flows.running import open_flows
from opsrail.flows.tasks.briefing.wording import plain_words
from opsrail.tailor.catalog import Catalog
from tests.evals import living
from tests.flows.tasks import desk
from tests.flows.toy import OFF, Says
from tests.tailor.held import catalog_of

REFUNDS = "content/sources/refunds.md"
RELEASE = """\
# Release 9.2

- Webhooks: an event is tried **12 times** over 48 hours before the webhook is turned off.
- Single sign-on works in private windows.
- Job cards can be printed in Finnish.
"""


@lru_cache(maxsize=1)
def base() -> Catalog:
    return catalog_of(desk.files())


@lru_cache(maxsize=32)
def opened(head: Catalog) -> Task:
    return desk.task("briefing", World(head, desk.TODAY, base()))


def briefed(head: Catalog, role: str, **more: object) -> dict[str, Any]:
    output = opened(head).baseline({"role": role, **more})  # type: ignore[dict-item]  # JSON all the same
    assert isinstance(output, dict)
    return output


@lru_cache(maxsize=32)
def edited(*edits: tuple[str, str], path: str = REFUNDS) -> Catalog:
    return desk.changed(path, *edits)


WINDOW = ("within **30 days** of the charge date", "within **14 days** of the charge date")
LIMIT = ("For charges of USD 50 or less", "For charges of USD 80 or less")


def test_the_living_suite_holds_without_a_model() -> None:
    assert desk.failed_cases("briefing-flow", "briefing") == []


# Our own pages


def test_a_fact_that_moved_must_be_read_and_stands_in_the_table() -> None:
    output = briefed(edited(WINDOW), "customer")
    (item,) = output["must_read"]
    assert item["what"].startswith(
        "Eligibility: within 30 days of the charge date → within 14 days"
    )
    assert item["sections"][0]["link"] == "playbooks/refunds/customer.md#eligibility"
    assert output["for_you"] == [
        {
            "what": "charge date",
            "old": "within 30 days of the charge date",
            "new": "within 14 days of the charge date",
            "section": f"{REFUNDS}#eligibility",
            "link": "playbooks/refunds/customer.md#eligibility",
        }
    ]
    assert output["nothing_changed"] is False


def test_every_link_leads_to_a_page_of_the_role_that_has_the_section() -> None:
    for role in living.catalog().roles:
        for item in briefed(edited(WINDOW, LIMIT), role, changelog=RELEASE)["must_read"]:
            for section in item["sections"]:
                path, _, anchor = section["link"].partition("#")
                assert f"#{anchor} -->" in desk.files()[path]
                assert path.endswith(f"/{role}.md")


def test_whoever_may_not_read_a_section_hears_nothing_of_it() -> None:
    head = edited(LIMIT)
    assert briefed(head, "customer")["nothing_changed"] is True
    assert briefed(head, "tier-1")["must_read"]


def test_a_role_reads_only_what_its_blocks_say_of_a_change() -> None:
    text = desk.files()[REFUNDS]
    block = "\n\n<!-- only: escalation -->\n\nThe secret limit is USD 77.\n\n<!-- /only -->\n"
    start = text.index("## Refund a charge")
    end = text.index("\n## ", start)
    head = catalog_of({**desk.files(), REFUNDS: text[:end].rstrip() + block + text[end:]})
    assert "USD 77" in json.dumps(briefed(head, "escalation"))
    assert "USD 77" not in json.dumps(briefed(head, "tier-1"))
    assert briefed(head, "tier-1")["nothing_changed"] is True


def test_a_section_that_is_opened_tells_nothing_of_what_it_said_while_it_was_closed() -> None:
    shut = desk.changed(REFUNDS, ("{#timing", "{#timing clearance=restricted"))
    world = World(edited(("5 to 10 business days", "3 to 4 business days")), desk.TODAY, shut)
    output = desk.task("briefing", world).baseline({"role": "customer"})
    assert "business days" not in json.dumps(output)


def test_a_new_section_is_worth_knowing_and_wording_is_not_told() -> None:
    new = edited(
        (
            "## How long a refund takes",
            "## Hedgehogs {#hogs}\n\nFeed them.\n\n## How long a refund takes",
        )
    )
    book = "playbooks/refunds/playbook.yaml"
    items = "  - from: content/sources/refunds.md#hogs\n    form: {customer: full}\n"
    given = {**desk.files(), REFUNDS: new.text(REFUNDS) or "", book: desk.files()[book] + items}
    output = briefed(catalog_of(given), "customer")
    assert [item["what"] for item in output["worth_knowing"]] == ["Hedgehogs: new section"]
    word = edited(("nothing\nmore is charged", "not a thing\nmore is charged"))
    assert briefed(word, "customer")["nothing_changed"] is True


def test_a_role_hears_it_in_its_own_words() -> None:
    head = edited(
        (
            "Customers may ask for a refund within **30 days**",
            "Customers may ask for a refund within **14 days**",
        )
    )
    said = json.dumps(briefed(head, "new-hire") | {})
    assert "14 days" in said
    told = [item["what"] for item in briefed(head, "vendor-agent")["must_read"]]
    assert all("ustomer" not in what for what in told)


def test_nothing_changed_is_said_and_so_is_that_there_is_nothing_to_compare_with() -> None:
    assert briefed(base(), "tier-1") == {
        "title": "What changed for you: Tier 1 agent",
        "must_read": [],
        "worth_knowing": [],
        "for_you": [],
        "nothing_changed": True,
        "notes": [],
    }
    alone = desk.output(desk.run("briefing", {"role": "tier-1"}))
    assert alone["notes"] == ["There is no earlier revision to compare our own pages with."]
    assert desk.output(desk.run("briefing", {"role": "tier-1", "since": False}))["notes"] == []
    told = desk.output(desk.run("briefing", {"role": "tier-1", "changelog": RELEASE}))
    assert told["notes"] == []


def test_what_changed_here_can_be_left_out() -> None:
    output = briefed(edited(WINDOW), "customer", since=False, changelog=RELEASE)
    assert {item["of"] for item in output["must_read"]} == {"product"}


# A changelog


def test_entries_that_concern_no_section_are_left_out_and_the_closest_come_first() -> None:
    output = briefed(base(), "tier-1", changelog=RELEASE)
    assert [item["what"][:8] for item in output["must_read"]] == ["Webhooks"]
    assert [item["what"] for item in output["worth_knowing"]] == [
        "Single sign-on works in private windows."
    ]
    assert (
        output["must_read"][0]["sections"][0]["section"] == "content/sources/api-limits.md#webhooks"
    )
    assert "Finnish" not in json.dumps(output)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("See [the docs](https://evil.example/x) now", "See the docs now"),
        ("See https://evil.example/x now", "See … now"),
        ("Write to boss@evil.example", "Write to …"),
        ("Go to evil.example/pay", "Go to …"),
        ("<img src=x onerror=alert(1)>Now", "Now"),
        ("**Bold** and `code`", "Bold and code"),
        ("Zero\u200bwidth \u202eturned", "Zerowidth turned"),
        ("a | b {#c} <!-- only: x --> [d", "a b #c d"),
        ("javascript:alert(1)", "…"),
        ("## Heading", "Heading"),
        ("2.0 now has 1,500 keys at 99.9 %", "2.0 now has 1,500 keys at 99.9 %"),
    ],
)
def test_a_changelog_is_told_in_plain_words(text: str, told: str) -> None:
    assert plain_words(text) == told


def test_a_long_entry_is_cut_at_a_word() -> None:
    told = plain_words("word " * 400)
    assert len(told) <= 320
    assert told.endswith("word …")


def test_code_in_a_changelog_says_nothing() -> None:
    output = briefed(base(), "tier-1", changelog="```\nwebhooks webhook event retries\n```\n")
    assert output["nothing_changed"] is True


# With a model


def answered(*whats: str) -> dict[str, Any]:
    return {"items": [{"number": number, "what": what} for number, what in enumerate(whats, 1)]}


def faults(what: str) -> Sequence[str]:
    task = opened(edited(WINDOW))
    asked = {"role": "customer"}
    return task.faults(asked, task.completed(asked, task.baseline(asked), answered(what)))


GOOD = "The time to ask for a refund went from 30 days to 14 days after the charge date."


def test_a_model_words_the_items_and_the_table_stays() -> None:
    world = World(
        catalog_of({**everything(), REFUNDS: edited(WINDOW).text(REFUNDS) or ""}),
        desk.TODAY,
        catalog_of(everything()),
    )
    flows = open_flows(world, ("briefing",))
    plain = flows.run("briefing", {"role": "customer"}, OFF)
    done = flows.run("briefing", {"role": "customer"}, Says([answered(GOOD)]))
    assert (done.author, done.reasons) == (Author.MODEL, ())
    assert desk.output(done)["must_read"][0]["what"] == GOOD
    assert desk.output(done)["for_you"] == desk.output(plain)["for_you"]


def everything() -> dict[str, str]:
    catalog = living.catalog()
    return {
        path: text
        for path in catalog.snapshot.entries
        if path.startswith(("content/", "playbooks/", "policies/"))
        and (text := catalog.text(path)) is not None
    }


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("The refund window went from 14 days to 30 days.", "another order"),
        ("The refund window went from 30 days to 10 days.", "10 days"),
        ("The refund window is shorter now.", "is missing"),
        (f"{GOOD} See https://evil.example.", "https://evil.example"),
        (f"{GOOD} Ask Marius Vandermeer.", "Vandermeer"),
    ],
)
def test_an_item_that_says_more_less_or_otherwise_is_a_fault(what: str, said: str) -> None:
    assert faults(GOOD) == ()
    assert any(said in fault for fault in faults(what)), faults(what)


def test_a_model_that_words_nothing_leaves_the_baseline() -> None:
    asked = {"role": "tier-1", "changelog": RELEASE}
    done = desk.run("briefing", asked, Says([{"items": []}]))
    assert done.author is Author.BASELINE
    assert done.reasons == ("The answer puts no item into other words.",)


def test_an_entry_that_is_turned_round_is_a_fault() -> None:
    task, asked = desk.task("briefing"), {"role": "tier-1", "changelog": RELEASE}
    drafted = task.baseline(asked)
    assert isinstance(drafted, dict)
    said = [item["what"] for item in drafted["must_read"]]
    output = task.completed(
        asked, drafted, answered(*said, "Single sign-on doesn't work in private windows.")
    )
    assert any("turns what changed round" in fault for fault in task.faults(asked, output))


def test_nothing_changed_is_nothing_to_ask_a_model_about() -> None:
    asker = Says([answered("x")])
    desk.run("briefing", {"role": "tier-1"}, asker)
    assert asker.requests == []


def test_a_changelog_is_shown_to_a_model_as_a_strangers_words() -> None:
    asker = Says([{"items": []}])
    desk.run("briefing", {"role": "tier-1", "changelog": RELEASE}, asker)
    told = asker.requests[0].messages[1].text
    assert told.index("<untrusted items") < told.index("Webhooks") < told.index("</untrusted")


def test_a_role_that_there_is_not_is_said_without_its_markup() -> None:
    output = desk.output(desk.run("briefing", {"role": "<b>gardener</b>"}))
    assert output["notes"] == ["There is no role “gardener”."]


def test_a_setting_that_there_is_not_is_refused() -> None:
    with pytest.raises(Misconfigured):
        desk.task("briefing", concern=0.2)


@pytest.mark.parametrize(
    "changelog",
    ["a" * 50_000, "- a\n" * 5_000, "a." * 25_000, "<" * 50_000, "[a](" * 5_000],
    ids=lambda text: text[:4],
)
def test_a_changelog_made_to_take_long_does_not(changelog: str) -> None:
    assert briefed(base(), "tier-1", changelog=changelog)["nothing_changed"] is True
