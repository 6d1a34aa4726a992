"""Every bench, or those named: `python -m tests.bench [NAME…]`.

Each prints a table: what was measured, its peer, the ratio, the budget, and whether it holds.
Nothing here asserts: a bench informs, and a machine that is busy is nobody's fault.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from tests.bench import (
    baselines,
    check,
    evals,
    facts,
    help,  # noqa: A004 - named as its command is
    history,
    injection,
    nab,
    plan,
    serve,
    summedits,
    windows,
)

BENCHES: Mapping[str, Callable[[], None]] = {
    "baselines": baselines.main,
    "check": check.main,
    "evals": evals.main,
    "facts": facts.main,
    "help": help.main,
    "history": history.main,
    "injection": injection.main,
    "nab": nab.main,
    "plan": plan.main,
    "serve": serve.main,
    "summedits": summedits.main,
    "windows": windows.main,
    "windows-growth": windows.main_growth,
    "windows-spark": windows.main_spark,
}


def main(names: list[str]) -> int:
    """Run them; 2 if there is none of that name."""
    if unknown := [name for name in names if name not in BENCHES]:
        print(f"no bench is called {', '.join(unknown)}; there are {', '.join(BENCHES)}")
        return 2
    for name in names or BENCHES:
        BENCHES[name]()
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
