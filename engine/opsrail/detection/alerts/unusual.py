"""Of crossings those that a rule's baseline does not explain."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from opsrail.detection.baseline import Buckets, judge
from opsrail.detection.model import COUNTING, Correlation, Crossing, Group, Rule


def unusual(
    rule: Rule, crossings: Sequence[Crossing], past: Mapping[tuple[str, Group], Buckets]
) -> list[Crossing]:
    """The crossings of a rule that its past makes unlikely, with what was to be expected.

    `past` has the buckets of each scope and group.
    """
    body, baseline = rule.body, rule.ops.baseline if rule.ops else None
    assert isinstance(body, Correlation)
    assert baseline is not None
    judged = judge(
        baseline,
        body.timespan,
        # To the judge a scope is one more field of the group.
        {_as_group(scope, group): buckets for (scope, group), buckets in past.items()},
        np.array([one.at for one in crossings], np.int64),
        [_as_group(one.scope, one.group) for one in crossings],
        np.array([math.nan if one.value is None else one.value for one in crossings]),
        counting=body.type in COUNTING,
    )
    return [
        one._replace(expected=float(expected))
        for one, odd, expected in zip(crossings, judged.unusual, judged.expected, strict=True)
        if odd
    ]


def _as_group(scope: str, group: Group) -> Group:
    return (("", scope), *group)
