"""How alike every two tickets of a batch are, from 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from opsrail.flows.learning.features import TextFeatures, telling
from opsrail.flows.tasks.duplicates.marks import Mark, kinds_of, marks_of, rare
from opsrail.flows.tasks.duplicates.ticket import Ticket

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

    Numbers = np.ndarray[Any, np.dtype[np.float64]]
    Flags = np.ndarray[Any, np.dtype[np.bool_]]

SAME_MARK: Final = 0.4
"""A mark in common closes so much of what is missing to 1."""
SAME_CUSTOMER: Final = 0.1
APART: Final = 0.5
"""What is left of a likeness where the two name different things of one kind."""
_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Batch:
    """Tickets with what they have in common. `alike` is symmetric, and 0 where two may not be
    linked.
    """

    tickets: Sequence[Ticket]
    rows: csr_matrix
    words: Sequence[str]
    marks: Sequence[frozenset[Mark]]
    alike: Numbers

    def common_words(self, one: int, other: int) -> tuple[str, ...]:
        """The words in common that weigh most."""
        shared = self.rows[one].multiply(self.rows[other]).tocsr()
        weights = zip(shared.indices.tolist(), shared.data.tolist(), strict=True)
        return telling({self.words[at]: by for at, by in weights if at < len(self.words)}, _WORDS)


def batch_of(tickets: Sequence[Ticket], usual: Sequence[str], within_hours: float | None) -> Batch:
    """Compare every two tickets. `usual`: earlier texts, which tell what words are common."""
    texts = [one.text for one in tickets]
    features = TextFeatures([*texts, *usual])
    rows = features.known[: len(texts)]
    marks = rare([marks_of(text) for text in texts])
    alike = _cosines(rows)
    _add_customers(alike, tickets)
    _add_marks(alike, marks)
    if within_hours is not None:
        _keep_within(alike, tickets, within_hours)
    return Batch(tickets, rows, features.words, marks, alike)


def _cosines(rows: csr_matrix) -> Numbers:
    """Each half of a row has length 1, so that its product with itself is 2."""
    import numpy as np

    alike = np.asarray((rows @ rows.T).todense(), dtype=np.float64) / 2
    alike = np.maximum(alike, alike.T)  # sums in another order differ in the last digit
    np.fill_diagonal(alike, 0.0)
    return np.clip(alike, 0.0, 1.0)


def _add_customers(alike: Numbers, tickets: Sequence[Ticket]) -> None:
    of_customer = [frozenset({one.customer} if one.customer else ()) for one in tickets]
    _closer(alike, _have_in_common(of_customer), SAME_CUSTOMER)


def _add_marks(alike: Numbers, marks: Sequence[frozenset[Mark]]) -> None:
    """More alike where they name the same thing, less where they name different ones."""
    same = _have_in_common(marks)
    _closer(alike, same, SAME_MARK)
    one_of_a_kind = _have_in_common([kinds_of(some) for some in marks])
    alike[one_of_a_kind & ~same] *= APART


def _closer(alike: Numbers, which: Flags, by: float) -> None:
    alike[which] = 1 - (1 - alike[which]) * (1 - by)


def _have_in_common(sets: Sequence[frozenset[Any]]) -> Flags:
    """Which two of these sets share a member. A set has nothing in common with itself."""
    import numpy as np
    from scipy.sparse import csr_matrix

    members = sorted({member for some in sets for member in some})
    column = {member: at for at, member in enumerate(members)}
    places = [(row, column[member]) for row, some in enumerate(sets) for member in some]
    rows, columns = zip(*places, strict=True) if places else ((), ())
    shape = (len(sets), max(1, len(members)))
    having = csr_matrix((np.ones(len(places), dtype=np.int32), (rows, columns)), shape=shape)
    shared = np.asarray((having @ having.T).todense()) > 0
    np.fill_diagonal(shared, val=False)
    return shared


def _keep_within(alike: Numbers, tickets: Sequence[Ticket], hours: float) -> None:
    """Nothing in common for those further apart; a ticket without a time is near all others."""
    import numpy as np

    times = [one.at.timestamp() / 3600 if one.at else np.nan for one in tickets]
    apart = np.abs(np.subtract.outer(times, times))
    alike[apart > hours] = 0.0
