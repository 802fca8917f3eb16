"""The first step of each change: lock the request. The last but one: save where it stands."""

from typing import Any

from exemptions.models import ExemptionRequest, RequestState


def lock(request: ExemptionRequest) -> ExemptionRequest:
    """The request as it is now, nobody else changing it until this transaction ends."""
    return (
        ExemptionRequest.objects.select_for_update(of=("self",))
        .select_related("agency")
        .get(pk=request.pk)
    )


def move(request: ExemptionRequest, state: RequestState, **fields: Any) -> None:
    """Save the state and other fields of a locked request; pages that show it are stale."""
    request.state = state
    request.version += 1
    for name, value in fields.items():
        setattr(request, name, value)
    request.save(update_fields=["state", "version", *fields])
