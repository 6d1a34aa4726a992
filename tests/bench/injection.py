"""Attacks and where they are stopped: `python -m tests.bench.injection`.

The scanner is advisory, so its figures say how useful its warnings are and nothing more. What
decides is tried with the worst model there is: one that does whatever an attack wants, and puts
it into an otherwise good answer, in several forms, by every way from outside to an output.
"""

from __future__ import annotations

from time import perf_counter

from tests.injection.corpus import attacks, harmless
from tests.injection.measuring import MUST_STOP, flagged, refused, table, tallied


def main() -> None:
    """Prints the tables."""
    begin = perf_counter()
    by_kind = tallied(attacks(), "kind")
    by_aim = tallied(attacks(), "aim")
    by_way = tallied(attacks(), "way")
    for rows, title in ((by_kind, "kind of attack"), (by_aim, "what it wants"), (by_way, "way")):
        for line in table(rows, title):
            print(line)
        print()
    print(
        "a try that several gates hold counts at each; the last column must be 0 for"
        f" {', '.join(MUST_STOP)}"
    )
    print("what still came through, all of it in plain words:")
    for line in [line for row in by_way.values() for line in row.through][:12]:
        print(f"  {line}")
    print("\nscanner (advisory)")
    for title, texts in (("attacks", attacks()), ("harmless", harmless())):
        seen, unseen = flagged(texts, "seen"), flagged(texts, "unseen")
        print(
            f"  {title:<9} flagged {seen[0]} of {seen[1]} it was developed on,"
            f" {unseen[0]} of {unseen[1]} written when it was final"
        )
    held = refused()
    print(f"gates: {len(held)} of {len(harmless())} harmless texts cost a good answer")
    for one, reason in held[:12]:
        print(f"  {one.id} {one.kind}: {reason[:150]}")
    print(f"time: {perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    main()
