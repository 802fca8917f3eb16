"""The first step of each change to an ATO: the row as it is now, nobody else changing it."""

from orders.models import AtoPaper, AuthorizationToOrder


def lock_ato(ato: AuthorizationToOrder) -> AuthorizationToOrder:
    """Held until this transaction ends."""
    return (
        AuthorizationToOrder.objects.select_for_update(of=("self",))
        .select_related("agency", "contract__contractor")
        .get(pk=ato.pk)
    )


def lock_paper(paper: AtoPaper) -> AtoPaper:
    """Held until this transaction ends."""
    return (
        AtoPaper.objects.select_for_update(of=("self",))
        .select_related("ato__agency", "ato__contract__contractor")
        .get(pk=paper.pk)
    )
