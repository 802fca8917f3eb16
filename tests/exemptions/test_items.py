"""The services of a draft: mandatory ones of the catalogue, and described ones."""

from decimal import Decimal

import pytest

from exemptions.models import ExemptionRequest, RequestedItem, RequestState
from exemptions.services import items
from exemptions.services.drafting import begin
from stmm.audit.models import Entry
from stmm.refusals import ChangedMeanwhile, Incomplete, NotAllowed, WrongState
from tests.catalog.factories import MANDATORY, NON_MANDATORY, make_designation, make_service
from tests.exemptions.factories import Case, as_of, make_request
from tests.factories import AT
from tests.permissions.orders import KEY

DESCRIBED = {
    "described": "Tower space",
    "quantity": 1,
    "sites": "Cold Springs",
    "proposed_monthly": None,
    "proposed_once": Decimal(400),
}


@pytest.fixture
def draft(case: Case) -> ExemptionRequest:
    return make_request(case)


def names(request: ExemptionRequest) -> list[tuple[int, str]]:
    return [(item.position, str(item)) for item in request.items.select_related("service")]


def versions(request: ExemptionRequest) -> int:
    return ExemptionRequest.objects.get(pk=request.pk).version


def test_a_mandatory_service_is_added_once(case: Case, draft: ExemptionRequest) -> None:
    service = make_service("Leased line")
    make_designation(MANDATORY, service)

    for quantity in (3, 5):
        items.add_service(
            request=draft, service=service, quantity=quantity, access=as_of(case.catr), at=AT
        )

    assert names(draft)[2:] == [(3, "Leased line")]
    assert draft.items.get(service=service).quantity == 3
    assert versions(draft) == 2
    assert draft.contributors.filter(user=case.catr, part="wrote").exists()
    assert Entry.objects.about(draft).get().changes == [("Leased line", "", "3")]


@pytest.mark.parametrize(
    ("designation", "why"),
    [(NON_MANDATORY, "need no exemption"), (None, "Ask for a ruling on it first")],
)
def test_what_is_not_mandatory_is_refused_with_the_way(
    case: Case, draft: ExemptionRequest, designation: str | None, why: str
) -> None:
    service = make_service("Satellite phone")
    if designation:
        make_designation(designation, service)

    with pytest.raises(Incomplete, match=why):
        items.add_service(request=draft, service=service, quantity=1, access=as_of(case.atr), at=AT)

    assert len(names(draft)) == 2


def test_a_service_is_described_once(case: Case, draft: ExemptionRequest) -> None:
    added = [
        items.add_described(request=draft, fields=DESCRIBED, access=as_of(case.atr), at=AT)
        for _ in range(2)
    ]

    assert added[0] == added[1]
    assert names(draft)[2:] == [(3, "Tower space")]


def test_a_request_has_so_many_services_at_most(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "MOST_ITEMS", 2)

    with pytest.raises(Incomplete, match="as many as it may"):
        items.add_described(
            request=make_request(case), fields=DESCRIBED, access=as_of(case.atr), at=AT
        )


def test_an_item_is_changed(case: Case, draft: ExemptionRequest) -> None:
    item = draft.items.get(position=1)
    fields = {"quantity": 12, "proposed_monthly": Decimal("75.50")}

    for version in (1, 2):
        items.change_item(item=item, fields=fields, version=version, access=as_of(case.atr), at=AT)

    item.refresh_from_db()
    assert (item.quantity, item.proposed_a_month) == (12, Decimal(906))
    assert Entry.objects.about(draft).get().changes[0] == (
        "Converged VoIP: quantity",
        "10",
        "12",
    )
    with pytest.raises(ChangedMeanwhile):
        items.change_item(item=item, fields=fields, version=1, access=as_of(case.atr), at=AT)


def test_an_item_is_moved_up_and_the_first_stays(case: Case, draft: ExemptionRequest) -> None:
    last = draft.items.get(position=2)

    for _ in range(2):
        items.move_up(item=last, access=as_of(case.atr), at=AT)

    assert names(draft) == [(1, "Dark fibre"), (2, "Converged VoIP")]
    assert Entry.objects.about(draft).count() == 1


def test_an_item_is_taken_off_and_the_rest_moves_up(case: Case, draft: ExemptionRequest) -> None:
    first = draft.items.get(position=1)

    for _ in range(2):
        items.remove_item(item=RequestedItem(pk=first.pk, request=draft), access=as_of(case.atr),
                          at=AT)  # fmt: skip

    assert names(draft) == [(1, "Dark fibre")]
    assert Entry.objects.about(draft).get().changes == [("Converged VoIP", "10", "")]


def test_an_item_of_another_request_is_left_alone(case: Case, draft: ExemptionRequest) -> None:
    other = begin(agency=case.agency, project="B", key=KEY, access=as_of(case.atr), at=AT)
    item = RequestedItem(pk=draft.items.get(position=2).pk, request=other)

    items.remove_item(item=item, access=as_of(case.atr), at=AT)
    items.move_up(item=item, access=as_of(case.atr), at=AT)

    assert len(names(draft)) == 2


@pytest.mark.parametrize("change", [items.move_up, items.remove_item])
def test_what_was_sent_keeps_its_services(case: Case, change: object) -> None:
    request = make_request(case, RequestState.SENT)
    item = request.items.get(position=2)

    with pytest.raises(WrongState):
        change(item=item, access=as_of(case.atr), at=AT)  # type: ignore[operator]  # a service
    with pytest.raises(NotAllowed):
        change(item=item, access=as_of(case.analyst), at=AT)  # type: ignore[operator]  # a service

    assert len(names(request)) == 2
