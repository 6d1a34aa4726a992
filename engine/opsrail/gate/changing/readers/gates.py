"""What closes the gate: policies/gates.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from opsrail.evals.reading.places import GATES_PATH
from opsrail.gate.changing.comparison import Comparison
from opsrail.gate.changing.registry import reader
from opsrail.gate.changing.values import value_changes
from opsrail.governance.changes import Change


@reader("gates")
def read(compared: Comparison) -> Iterator[Change]:
    """Rules for all suites that let more pass, and whatever else is said otherwise.

    Where the file is gone, or none any more, what holds without one is what it says.
    """
    if GATES_PATH not in compared.subject.changed:
        return
    from opsrail.evals.comparing.weakening import loosened
    from opsrail.evals.reading.gates import eval_rules

    before, after = (eval_rules(side.snapshot) for side in (compared.base, compared.head))
    yamls = compared.yamls(GATES_PATH)
    told = list(loosened(before, after))
    for words in told:
        key = words.partition("`")[2].partition("`")[0]
        line = yamls[1].place(("evals", key), key=True).line if yamls[1] else 1
        yield Change(GATES_PATH, "gate loosened", new=words, line=line)
    for one in value_changes(*yamls):
        if not any(f"`{one.steps[-1]}`" in words for words in told):
            old, new = one.quotes
            yield Change(GATES_PATH, "gate changed", one.name, old, new, one.line)
