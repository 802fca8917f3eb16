"""A decision of the policy kept as it was made, whatever it was made on."""

from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.utils.functional import cached_property

from stmm.policy.citations import Citation, cite
from stmm.policy.decision import Decision
from stmm.policy.facts import Purchase


class StoredDecision(models.Model):
    """What Chapter 0400.1 said, in the words that were shown, with the facts seen. Never edited.

    `said` is `Decision.as_json()`; the other columns are what rows are searched by.
    """

    decided_for = models.DateField()
    known_at = models.DateTimeField()
    outcome = models.CharField(max_length=40)
    date_shown = models.DateField(null=True)
    said = models.JSONField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.headline

    @classmethod
    def of(cls, decision: Decision, *, known_at: datetime, **subject: object) -> Self:
        """An unsaved row that keeps `decision`; `subject` is what was decided on."""
        return cls(
            decided_for=decision.purchase.on,
            known_at=known_at,
            outcome=decision.outcome,
            date_shown=decision.date_shown,
            said=decision.as_json(),
            **subject,
        )

    @property
    def headline(self) -> str:
        return str(self.said["headline"])

    @property
    def sentence(self) -> str:
        return str(self.said["sentence"])

    @property
    def what_would_change_it(self) -> str:
        return str(self.said["what_would_change_it"])

    @property
    def purchase(self) -> Purchase:
        facts: dict[str, Any] = self.said["purchase"]
        return Purchase.from_json(facts)

    @property
    def edition_key(self) -> str:
        return str(self.said["edition_key"])

    @property
    def edition_version(self) -> str:
        return str(self.said["edition_version"])

    @property
    def window(self) -> tuple[date, date] | None:
        """The two years on CALNET that were seen, if an ATO had started them."""
        return self.purchase.window

    @cached_property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(cite(cited["id"]) for cited in self.said["citations"])
