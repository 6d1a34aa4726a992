"""How far windows differ: between the hours of a season, within one, and which are outliers."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from opsrail.detection.baseline.arrays import FloatArray, IntArray

_INCIDENTS = 0.1
"""The share of the past that incidents may fill. What lasts longer is the new usual."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the past is cut off, a row a fit: values beyond count as the limit (winsorising)."""

    low: FloatArray
    high: FloatArray

    def __getitem__(self, which: IntArray) -> Limits:
        return Limits(self.low[which], self.high[which])


def limits(least: FloatArray, greatest: FloatArray, *, counting: bool) -> Limits:
    """The limits that the extremes of some blocks (a row a fit) suggest; NaN for no block.

    Without them an incident would hide the next ones for the whole lookback: it raises the mean
    of its hours and, squared, the variance of all. A tenth of the blocks may lie anywhere; the
    upper limit is their 90 % quantile plus its distance from the median, and for counts at least
    a Poisson's deviation more. So ordinary windows stay as they are.
    Winsorising: Wilcox, Introduction to Robust Estimation and Hypothesis Testing, §2.2.
    """
    high = _limit(greatest)
    if counting:
        usual = quantile(greatest, 1 - _INCIDENTS)
        enough = usual + np.sqrt(np.maximum(usual, 1))
        return Limits(np.full_like(high, -np.inf), np.maximum(high, enough))
    low = -_limit(-least)
    flat = ~(high > low)  # nearly always one value: there is no scale to tell an outlier by
    return Limits(np.where(flat, -np.inf, low), np.where(flat, np.inf, high))


def _limit(greatest: FloatArray) -> FloatArray:
    usual = quantile(greatest, 1 - _INCIDENTS)
    return 2 * usual - quantile(greatest, 0.5)


def quantile(rows: FloatArray, share: float) -> FloatArray:
    """The quantile of each row, interpolated, NaN left out; NaN for a row without a number."""
    ordered = np.sort(rows, axis=1)  # NaN comes last
    known = np.count_nonzero(~np.isnan(ordered), axis=1)
    place = np.maximum(known - 1, 0) * share
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(known - 1, 0))
    row = np.arange(len(rows))
    low, high = ordered[row, below], ordered[row, above]
    return np.asarray(low + (high - low) * (place - below))


@dataclass(frozen=True, slots=True)
class Spread:
    """What the past of a fit says about differences, one entry a fit.

    `within`: variance of windows of one class around its mean, with `freedom` degrees of
    freedom; `between`: variance of the classes' true means; `overdispersion`: how much faster
    than a Poisson's the variance of a count grows, as variance = mean + overdispersion · mean².
    """

    within: FloatArray
    between: FloatArray
    overdispersion: FloatArray
    freedom: FloatArray

    def __getitem__(self, which: IntArray) -> Spread:
        return Spread(*(getattr(self, one.name)[which] for one in fields(self)))


def spread(number: FloatArray, total: FloatArray, squares: FloatArray) -> Spread:
    """From number, sum and sum of squares of the values: a row a fit, a column a class.

    Within and between by the method of moments of a one-way layout, as in credibility theory
    (Bühlmann and Gisler, A Course in Credibility Theory, §4.8). The overdispersion by moments,
    too (Bliss and Fisher 1953), pooled over the classes: their means of squares, less what
    chance adds to these; from a variance one standard error larger than found, as few windows
    seldom show how far a count can go. A fit without a degree of freedom has NaN.
    """
    observed, seen = number.sum(axis=1), np.count_nonzero(number, axis=1)
    freedom = (observed - seen).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        explained = np.where(number > 0, total**2 / number, 0.0).sum(axis=1)
        rest = np.maximum(squares.sum(axis=1) - explained, 0)
        within = np.where(freedom > 0, rest / freedom, np.nan)
        mean = total.sum(axis=1) / observed
        surplus = explained - observed * mean**2 - (seen - 1) * within
        unequal = observed - (number**2).sum(axis=1) / observed
        between = np.where(seen > 1, np.maximum(surplus, 0) / unequal, 0.0)
        of_squares = np.maximum((explained - seen * within) / observed, mean**2)
        cautious = within * (1 + np.sqrt(2 / freedom))
        overdispersion = np.maximum(cautious - mean, 0) / of_squares
    return Spread(within, between, overdispersion, freedom)


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual at each moment: the mean, and how windows scatter about it.

    `within` and `freedom` as in `Spread`; `doubt` is the variance of the mean itself;
    `overdispersion` of a count includes that doubt. NaN where the past says nothing.
    """

    mean: FloatArray
    within: FloatArray
    doubt: FloatArray
    overdispersion: FloatArray
    freedom: FloatArray


def settle(
    number: FloatArray, total: FloatArray, known: Spread, centre: FloatArray, *, counting: bool
) -> Usual:
    """What is usual, given number and sum of all windows (row 0) and of those alike (row 1).

    The mean of the few windows alike is drawn towards the mean of all, the more so the fewer
    they are and the less the classes differ: an empirical-Bayes estimate (James and Stein 1961;
    Efron and Morris 1975; as credibility in Bühlmann and Gisler, §4.3). For a count the doubt
    about its mean makes the rate a gamma variable, which adds to the overdispersion.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        overall = total[0] / number[0]
        scatter = known.within
        if counting:  # a quiet hour scatters less than a busy one
            near = (total[1] + overall) / (number[1] + 1)
            scatter = near + known.overdispersion * near**2
        weight = np.where(
            (known.between > 0) & (number[1] > 0),
            known.between / (known.between + scatter / np.maximum(number[1], 1)),
            0.0,
        )
        alike = np.where(number[1] > 0, total[1] / np.maximum(number[1], 1), 0.0)
        mean = weight * alike + (1 - weight) * overall
        doubt = (1 - weight) * known.between + (1 - weight) ** 2 * known.within / number[0]
        overdispersion = known.overdispersion + doubt / mean**2
    return Usual(mean + centre, known.within, doubt, overdispersion, known.freedom)
