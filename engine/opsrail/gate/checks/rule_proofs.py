"""The proofs that rule files carry: their timed tests, and what these would notice."""

from __future__ import annotations

from collections.abc import Iterator

from opsrail.findings import Finding
from opsrail.gate.proving import failing_tests, unnoticed
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject


@check("rule-test")
def rule_test(subject: Subject) -> Iterator[Finding]:
    """A timed test of a rule does not pass.

    A test gives events on a clock and names every alert that must come of them. The finding
    shows what was expected beside what was raised, in order of time. Either the rule does
    something else than was meant, or the test expects what nobody wants any more: correct the
    one that is wrong. `opsrail rules test NAME` runs the tests of one rule.

    Tests run again for rules that a change touches, for those built on them or silenced by
    them, and for all rules when rules/streams.yaml changes.
    """
    yield from failing_tests(subject)


@check("rule-mutant")
def rule_mutant(subject: Subject) -> Iterator[Finding]:
    """The tests of a rule would not notice enough mistakes in it.

    The rule is changed a little, again and again: a threshold one higher, a window half as
    long, a line of a selection left out. At least one test should fail each time; where none
    does, that mistake could be made and nobody would see it. The finding names the changes
    that went unnoticed: add a test, or an expectation to one, that only the rule as it is
    passes. `opsrail rules mutate NAME` shows each of them as a difference.

    How many must be noticed is `mutation: {score: …}` in policies/detection.yaml, as it is at
    base. Only rules that a change concerns are tried, which takes about a second each; without
    a base none are, and `opsrail rules mutate` tries them all. Files without tests are told by
    `rule-untested`.
    """
    if subject.base is not None:
        yield from unnoticed(subject)
