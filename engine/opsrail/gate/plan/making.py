"""Making the plan: the decision about a request, with impact, proofs, and the way back."""

from __future__ import annotations

from opsrail.findings import in_order
from opsrail.gate.evals import suites_left_out
from opsrail.gate.pipeline import judge_subject
from opsrail.gate.plan.deciding import Question, decision_about
from opsrail.gate.plan.impact import impact_of
from opsrail.gate.plan.model import Plan
from opsrail.gate.plan.proofs import proofs_of
from opsrail.gate.plan.reported import Reported, findings_of
from opsrail.gate.plan.taking_back import take_back_of


def make_plan(question: Question) -> Plan:
    """The plan of a request, with every proof that it asks for."""
    answer = decision_about(question)
    subject = answer.subject
    verdict = judge_subject(subject)
    left_out = suites_left_out(subject)
    reported = question.reported or Reported()
    return Plan(
        request=answer.request,
        change=answer.change,
        decision=answer.decision,
        risk=answer.risk,
        impact=impact_of(subject, answer.told, answer.change),
        proofs=(*proofs_of(subject, verdict), *reported.proofs(left_out)),
        findings=in_order((*verdict.findings, *findings_of(reported, left_out))),
        back=take_back_of(answer.change),
        policy=question.target if question.policy is None else "",
        notes=tuple(str(finding) for finding in answer.read.findings),
    )
