"""What an order is judged by on a day, read at once: its agency, its contract, its services."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    DateField,
    DateTimeField,
    Exists,
    Model,
    QuerySet,
    Subquery,
    TextField,
)

from catalog.models import Contract, Offer, Service, Term
from orders.compliance.decisions import buyer_with, decide_known
from stmm.agencies.models import Agency, Standing
from stmm.policy.decision import Decision
from stmm.policy.facts import Source
from stmm.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Footing:
    """How an agency stands, and whether a contract is in term, on a Pacific day."""

    standing: str
    """A Standing.Value; "" for a body of which nothing is recorded."""
    in_term: bool


@dataclass(frozen=True, slots=True)
class Grounds:
    """By service key: the services with category, contract and offer, and the decisions."""

    footing: Footing
    services: Mapping[int, Service]
    decisions: Mapping[int, Decision]

    @property
    def offers(self) -> dict[int, Offer]:
        """What is offered, or withdrawn; a service that was never offered has none."""
        return {key: each.offer_now for key, each in self.services.items() if each.offer_now}


def footing_of(
    agency: Agency, contract: int, *, on: date, known_at: datetime | None = None
) -> Footing:
    """The same under the contract of this key, in one query."""
    contracts = Contract.objects.filter(pk=contract)
    return _footing(contracts.annotate(**_columns(agency.pk, contract, on, known_at)).get())


def grounds_of(
    agency: Agency,
    contract: int,
    *,
    keys: Iterable[int] = (),
    product_ids: Iterable[str] = (),
    on: date,
    known_at: datetime | None = None,
) -> Grounds:
    """For an order under the contract of this key: of services by their keys, or by Product ID.

    The footing is read with the services: one query, for a local body two more of its ATO.
    """
    named = {"keys": tuple(keys) or None, "product_ids": tuple(product_ids) or None}
    same: dict[str, Any] = {"agency": agency.pk, "contract": contract}
    same |= {"on": on, "known_at": known_at}
    rows = list(_named(**named, **same)) if any(named.values()) else []
    footing = _footing(rows[0]) if rows else footing_of(agency, contract, on=on, known_at=known_at)
    decisions = decide_known(
        agency,
        rows,
        buyer=buyer_with(agency, footing.standing),
        on=on,
        source=Source.CALNET,
        known_at=known_at,
    )
    return Grounds(footing, {each.pk: each for each in rows}, decisions)


def _services(
    *, keys: Any, product_ids: Any, agency: Any, contract: Any, on: Any, known_at: Any
) -> QuerySet[Service]:
    if keys:
        services = Service.objects.filter(pk__in=keys)
    else:
        services = Service.objects.filter(contract=contract, product_id__in=product_ids)
    return (
        services.with_designation(on, known_at=known_at)
        .with_offer(on, known_at=known_at)
        .select_related("category", "contract__contractor")
        .annotate(**_columns(agency, contract, on, known_at))
        .order_by()
    )


def _columns(agency: Any, contract: Any, on: Any, known_at: Any) -> dict[str, Subquery]:
    """A footing as columns of any row: they depend on none."""
    standing = Standing.objects.by_then(on, known_at=known_at, agency=agency)
    return {
        "standing": Subquery(standing.values("value")[:1]),
        "in_term": Exists(Term.objects.covering(on).filter(contract=contract)),
    }


_named = Prepared(
    _services,
    keys=BigIntegerField(),
    product_ids=TextField(),
    agency=BigIntegerField(),
    contract=BigIntegerField(),
    on=DateField(),
    known_at=DateTimeField(),
)


def _footing(row: Model) -> Footing:
    read: dict[str, Any] = vars(row)
    return Footing(read["standing"] or "", read["in_term"])
