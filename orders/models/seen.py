"""Who sees what is between an agency and a contractor."""

from django.db.models import Exists, Q

from catalog.access import desks_of
from stmm.agencies.access import Access


def seen_by(access: Access, *, told: Q | Exists) -> Q:
    """Oversight sees all; members their agency's; a desk what its contractor was `told` of."""
    if access.sees_everything:
        return Q()
    desks = desks_of(access.user, on=access.on)
    return Q(agency__in=access.member_agency_ids) | Q(told, contract__contractor__in=desks)
