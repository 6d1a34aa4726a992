"""Rules for other systems, through whatever pySigma backends are installed.

A backend knows Sigma and nothing of the `ops` block. What of a rule's meaning it cannot carry
over is told: an alert elsewhere that means something else is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sigma.collection import SigmaCollection
from sigma.conversion.base import Backend
from sigma.exceptions import SigmaError
from sigma.plugins import InstalledSigmaPlugins

from opsrail.detection.formats import Nulls, Ops, Window
from opsrail.detection.library import Library
from opsrail.detection.model import Correlation, Rule
from opsrail.findings import CannotWork, Finding, Severity

CODE = "rule-export"


@dataclass(frozen=True, slots=True)
class Exported:
    """A rule in the words of another system, and what those do not say."""

    rule: str
    queries: tuple[str, ...]
    findings: tuple[Finding, ...]


def targets() -> Mapping[str, str]:
    """The systems that rules can be converted for here: name → what it is."""
    found = InstalledSigmaPlugins.autodiscover().backends
    return {name: str(getattr(backend, "name", name)) for name, backend in sorted(found.items())}


def exported(library: Library, name: str, target: str, form: str = "default") -> Exported:
    """One rule, with what it is built on, for the system `target`.

    `form` is one of the output forms of that backend. Raises `CannotWork` where no such backend
    is installed; what the backend refuses is a finding.
    """
    rule = library.rules[name]
    backend = _backend(target)
    if form not in backend.formats:
        known = ", ".join(sorted(backend.formats))
        raise CannotWork(f"{target} has no output form {form}", f"choose among: {known}")
    parts = [one for one in library.closure([name]) if one.name in _built_on(library, name)]
    try:
        collection = SigmaCollection.from_dicts([_sigma(library, part) for part in parts])
        queries = backend.convert(collection, form)
    except (SigmaError, NotImplementedError) as error:
        message = f"{target} cannot say what `{name}` says: {error}"
        hint = "rewrite the rule in what that system knows, or leave it to opsrail"
        return Exported(name, (), (Finding(rule.place, CODE, message, hint=hint),))
    texts = [queries] if isinstance(queries, str) else [str(query) for query in queries]
    lost = tuple(
        Finding(
            library.place(part.name, *route, key=True),
            CODE,
            f"{target} will not know of {meaning}",
            Severity.WARNING,
        )
        for part in parts
        for route, meaning in _lost(part)
    )
    return Exported(name, tuple(texts), lost)


def _backend(target: str) -> Backend:
    found = InstalledSigmaPlugins.autodiscover().backends
    if target not in found:
        known = ", ".join(sorted(found)) or "none"
        raise CannotWork(
            f"there is no pySigma backend {target} here; installed: {known}",
            f"install it beside opsrail: pip install pysigma-backend-{target}",
        )
    backend: type[Backend] = found[target]  # type: ignore[assignment]  # annotated as an instance there
    return backend()


def _built_on(library: Library, name: str) -> frozenset[str]:
    """The rule and those whose events it looks at; not those that keep it silent."""
    references = library.rules[name].references
    return frozenset({name}).union(*(_built_on(library, inner) for inner in references))


def _sigma(library: Library, rule: Rule) -> dict[str, Any]:
    """The document as plain Sigma, with what of `ops` Sigma can say in its own words."""
    value = library.documents[rule.name].value
    assert isinstance(value, Mapping)
    document: dict[str, Any] = {str(key): part for key, part in value.items() if key != "ops"}
    document["name"] = rule.name
    if isinstance(rule.body, Correlation):
        document["correlation"] = _counting_values({**document["correlation"]}, rule)
    return document


def _counting_values(block: dict[str, Any], rule: Rule) -> dict[str, Any]:
    """A count of different values is `value_count` in Sigma."""
    if rule.ops and rule.ops.distinct and block["type"] == "event_count":
        block["type"] = "value_count"
        block["condition"] = {**block["condition"], "field": rule.ops.distinct}
    return block


def _lost(rule: Rule) -> Iterator[tuple[tuple[str, ...], str]]:
    """Route and plain words of each meaning of the `ops` block that Sigma has no word for."""
    ops = rule.ops
    if ops is None:
        return
    if rule.holds_when_empty and not ops.every:
        meaning = "the clock: it looks when something happens, and silence is nothing happening"
        yield ("correlation", "condition"), meaning
    for name, meaning in (*_of_the_window(ops), *_of_the_alert(ops)):
        yield ("ops", name), meaning


def _of_the_window(ops: Ops) -> Iterator[tuple[str, str]]:
    if ops.window is not Window.SLIDING:
        yield "window", f"the {ops.window.value} window: it looks at a sliding one"
    if ops.every:
        yield "every", f"the clock: it looks when something happens, not every {ops.every}"
    if ops.remember:
        yield "remember", "how long a group that fell silent is waited for"
    if ops.minimum:
        yield "minimum", "the least that a window must hold"
    if ops.group_nulls is Nulls.KEEP:
        yield "group_nulls", "events without a group key, which this rule keeps"
    if ops.baseline:
        yield "baseline", "what is usual: it alerts whenever the condition holds"


def _of_the_alert(ops: Ops) -> Iterator[tuple[str, str]]:
    if ops.dedupe:
        yield "dedupe", "alerts that belong together: each crossing alerts anew"
    if ops.severities:
        yield "severities", "levels that depend on the value"
    if ops.inhibited_by:
        yield "inhibited_by", f"the silence while {' or '.join(ops.inhibited_by)} alerts"
    yield "owner", f"the owner {ops.owner}, the route {ops.route} and the runbook"
