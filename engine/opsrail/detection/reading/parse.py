"""From the text of a rule file to rules, and to findings where it does not say one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from opsrail.detection.conditions import fields_of
from opsrail.detection.formats import (
    CorrelationBlock,
    CorrelationRule,
    DetectionRule,
    Level,
    Status,
)
from opsrail.detection.model import Correlation, Detection, Rule
from opsrail.detection.reading.blocks import (
    compared,
    fields_of_value,
    length_of,
    named_rules,
    thresholds_of,
)
from opsrail.detection.reading.correlated import in_block
from opsrail.detection.reading.documents import (
    Document,
    Read,
    RuleFormat,
    read_documents,
    stem_of,
    written_name,
)
from opsrail.detection.reading.fields import in_detection
from opsrail.detection.reading.naming import did_you_mean, listed
from opsrail.detection.reading.presence import read_presence
from opsrail.detection.reading.selections import read_selections
from opsrail.detection.reading.settings import in_settings
from opsrail.findings import Finding, Location, Severity, Unreadable, in_order
from opsrail.repo.yaml import YamlText
from opsrail.streams.model import Stream

STREAM: Final = "rule-stream"
_NO_LOGIC: Final = frozenset({"owner", "route", "runbook", "tests"})


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a rule file says: its rules, each with its document, and what is wrong.

    `broken` are the names of documents that make no rule, and where they stand.
    """

    rules: tuple[Rule, ...] = ()
    findings: tuple[Finding, ...] = ()
    documents: tuple[YamlText, ...] = ()
    broken: tuple[tuple[str, Location], ...] = ()


def parse_rules(path: str, text: str, streams: Mapping[str, Stream]) -> Parsed:
    """The rules of a file. A document with an error makes no rule; the others do.

    Whether rules that others name are there is known to a library only.
    """
    try:
        found = read_documents(path, text)
    except Unreadable as error:
        return Parsed(findings=(error.finding,), broken=((stem_of(path), Location(path)),))
    rules: list[Rule] = []
    yamls: list[YamlText] = []
    findings: list[Finding] = []
    broken: list[tuple[str, Location]] = []
    for read in found:
        document = read.document
        rule, wrong = _rule(read, streams)
        findings += wrong
        if rule is not None and not any(one.severity is Severity.ERROR for one in wrong):
            rules.append(rule)
            yamls.append(document.yaml)
        else:
            broken.append((written_name(document), document.yaml.place(())))
    return Parsed(tuple(rules), in_order(findings), tuple(yamls), tuple(broken))


def _rule(read: Read, streams: Mapping[str, Stream]) -> tuple[Rule | None, tuple[Finding, ...]]:
    document, file = read.document, read.file
    if file is None:
        return None, read.findings
    if isinstance(file, DetectionRule):
        body, wrong = _detection(document.yaml, file, streams)
    else:
        body, wrong = _correlation(document.yaml, file.correlation)
    wrong = (*_in_name(document), *wrong)
    if body is None:
        return None, wrong
    rule = _made(document, file, body)
    return rule, (*wrong, *in_settings(document.yaml, rule))


def _made(document: Document, file: RuleFormat, body: Detection | Correlation) -> Rule:
    return Rule(
        name=written_name(document),
        title=file.title,
        body=body,
        ops=file.ops,
        level=file.level or Level.MEDIUM,
        status=file.status or Status.STABLE,
        place=document.yaml.place(("title",), key=True),
        number=document.number,
        logic=_logic(document.yaml, file, body),
        description=file.description or "",
    )


def _in_name(document: Document) -> Iterator[Finding]:
    name = written_name(document)
    if not name:
        message = "this rule has no name, so no other rule can build on it"
        hint = "give it one: `name: sign-in-ticket`"
        yield Finding(document.yaml.place(()), "rule-setting", message, hint=hint)
    elif not _fits(name):
        message = f"the file's name `{name}` cannot be a rule's name"
        hint = "rename the file, or give the rule a name: `name: sign-in-spike`"
        yield Finding(document.yaml.place(()), "rule-setting", message, hint=hint)


def _fits(name: str) -> bool:
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-_")
    return set(name) <= allowed and name[0] not in "-_"


def _detection(
    yaml: YamlText, file: DetectionRule, streams: Mapping[str, Stream]
) -> tuple[Detection | Correlation | None, tuple[Finding, ...]]:
    stream, wrong = _stream(yaml, file, streams)
    tree, more = read_selections(yaml)
    if stream is None or tree is None:
        return None, (*wrong, *more)
    body = Detection(stream.name, tree, fields_of(tree))
    return body, (*wrong, *more, *in_detection(yaml, body, file.ops, stream))


def _stream(
    yaml: YamlText, file: DetectionRule, streams: Mapping[str, Stream]
) -> tuple[Stream | None, tuple[Finding, ...]]:
    """The stream whose log source has all that the rule's asks for."""
    asked = file.logsource.model_dump(exclude_none=True, exclude={"definition"})
    fitting = [s for s in streams.values() if asked.items() <= s.logsource.items()]
    exact = [stream for stream in fitting if stream.logsource == asked]
    if asked and len(exact or fitting) == 1:
        return (exact or fitting)[0], ()
    if not streams:
        return None, ()  # said once, about the file that is missing or broken
    place = yaml.place(("logsource",), key=True)
    told = ", ".join(f"{key}: {value}" for key, value in asked.items())
    if asked and fitting:
        message = f"{listed(s.name for s in fitting)} are all streams of {{{told}}}"
        hint = f"say which: `service: {fitting[0].logsource.get('service', fitting[0].name)}`"
    else:
        message = f"no stream in rules/streams.yaml has the log source {{{told}}}"
        known = f"there is {listed(sorted(streams))}"
        hint = did_you_mean(asked.get("service", ""), streams, known)
    return None, (Finding(place, STREAM, message, hint=hint),)


def _correlation(
    yaml: YamlText, block: CorrelationBlock
) -> tuple[Detection | Correlation | None, tuple[Finding, ...]]:
    if found := tuple(in_block(yaml, block)):
        return None, found
    comparison = compared(block)
    body = Correlation(
        type=block.type,
        rules=named_rules(block),
        group_by=block.group_by,
        timespan=length_of(block.timespan),
        thresholds=thresholds_of(comparison),
        fields=fields_of_value(comparison),
        percentile=comparison.percentile,
        aliases=block.aliases,
        presence=read_presence(block.condition) if isinstance(block.condition, str) else None,
    )
    return body, ()


def _logic(yaml: YamlText, file: RuleFormat, body: Detection | Correlation) -> str:
    """A digest of everything in the document that alerts depend on."""
    assert isinstance(yaml.value, Mapping)
    ops = file.ops.model_dump(mode="json", exclude=set(_NO_LOGIC)) if file.ops else None
    if isinstance(body, Detection):
        told: object = [body.stream, yaml.value["detection"]]
    else:
        assert isinstance(file, CorrelationRule)
        told = file.correlation.model_dump(mode="json")
    text = json.dumps([told, ops, file.level], sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
