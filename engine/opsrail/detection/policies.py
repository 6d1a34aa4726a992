"""The file formats around rules: the detection policy, routes, labelled incidents."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from opsrail.detection.formats import Moment, RuleName, Scalar
from opsrail.streams.formats import FieldName, Part
from opsrail.streams.spans import Span


class Budget(Part):
    """How many alerts an owner can take."""

    alerts_per_day: float = Field(gt=0)


class Maintenance(Part):
    """A time in which alerts are expected and stay silent."""

    name: RuleName
    from_: Moment = Field(alias="from")
    to: Moment
    rules: tuple[RuleName, ...] = Field(default=(), description="Only these; all if left out.")
    where: dict[FieldName, Scalar] = Field(
        default_factory=dict, description="Only alerts whose group says so."
    )
    reason: str = ""


class MutationPolicy(Part):
    """How good the tests of a rule must be."""

    score: float = Field(
        default=0.9, ge=0, le=1, description="The least share of mutants that a test must notice."
    )


class BacktestPolicy(Part):
    """How rules are replayed on what was recorded."""

    history: Span = Field(default="90d", description="Counted back from the newest event.")
    early: Span = Field(
        default="30m", description="An alert so long before an incident still belongs to it."
    )


class DetectionPolicy(Part):
    """policies/detection.yaml."""

    noise: dict[str, Budget] = Field(
        default_factory=dict, description="Owner → budget; `default` for all others."
    )
    mutation: MutationPolicy = MutationPolicy()
    backtest: BacktestPolicy = BacktestPolicy()
    time_limit: Span = Field(default="60s", description="The longest that a rule may take.")
    maintenance: tuple[Maintenance, ...] = ()


class Route(Part):
    """Where alerts and signals go."""

    team: str
    channel: str = Field(default="", description="Where the team reads them: `#identity-alerts`.")
    page: bool = Field(default=False, description="Whether somebody is woken.")


class RoutesFile(Part):
    """policies/routes.yaml: route → who gets what is sent there."""

    routes: dict[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")], Route]


class IncidentFile(Part):
    """content/incidents/ID/incident.yaml: what happened, when, and which rules should see it."""

    title: str
    started_at: Moment
    noticed_at: Moment | None = Field(default=None, description="When people noticed.")
    ended_at: Moment
    rules: tuple[RuleName, ...] = Field(
        default=(), description="The rules that must raise an alert for it."
    )
    where: dict[FieldName, Scalar] = Field(
        default_factory=dict, description="The groups it was about: `{product_area: sso}`."
    )
    summary: str = ""
