"""From a file to an edition: what is shown is what is published, by a second person, once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from catalog.models import CatalogEdition, Designation, MatrixUpload, Offer, Service
from catalog.services import publishing, uploading
from catalog.services.loading import load_catalog
from catalog.upload_workflow import STEPS, Action, UploadRefused, may_step
from stmm.agencies.access import access_of
from stmm.audit.models import Entry
from stmm.refusals import NotAllowed
from tests.catalog.factories import MANDATORY, NON_MANDATORY, make_contract, make_designation
from tests.catalog.matrix_files import HEADINGS, csv_file, line
from tests.catalog.uploads import make_stnd, make_upload, publish, reread, send
from tests.factories import AT, SINCE, TODAY, Role, make_appointment

pytestmark = pytest.mark.django_db
NEXT = date(2024, 7, 1)
State = MatrixUpload.State
FIRST = [
    line(product_id="A", mrc="10.00"),
    line(product_id="B", mrc="20.00"),
    line(product_id="C", designation="Mandatory"),
]
SECOND = [
    line(product_id="A", mrc="12.50"),
    line(product_id="C", designation="Non-Mandatory", name="SIP Trunking Plus"),
    line(product_id="D", mrc="7.00"),
]


def counts() -> list[int]:
    models = (Service, Offer, Designation, CatalogEdition)
    return [model._default_manager.count() for model in models]


def outcome(upload: MatrixUpload) -> tuple[int, int, int, int]:
    return upload.added, upload.changed, upload.withdrawn, upload.unchanged


def test_reading_changes_nothing_in_the_catalogue() -> None:
    before = counts()
    upload = make_upload(make_contract(), FIRST)
    assert (upload.state, outcome(upload)) == (State.CHECKED, (3, 0, 0, 0))
    assert counts() == before


def test_a_second_person_publishes_and_each_price_and_flag_names_the_edition() -> None:
    contract, second = make_contract(), make_stnd()
    upload = publish(make_upload(contract, FIRST), by=second)
    edition = upload.edition
    assert edition is not None
    assert (upload.state, upload.decided_by) == (State.PUBLISHED, second)
    assert (edition.effective_from, edition.lines) == (SINCE, 3)
    assert edition.file == upload.file
    assert set(Offer.objects.values_list("edition", flat=True)) == {edition.pk}
    assert set(Designation.objects.values_list("edition", flat=True)) == {edition.pk}
    assert Entry.objects.about(contract).get().action == "publish_edition"


def test_the_next_edition_changes_what_was_shown_from_its_day_and_nothing_before() -> None:
    contract = make_contract()
    publish(make_upload(contract, FIRST))
    upload = make_upload(contract, SECOND, effective_from=NEXT)
    assert outcome(upload) == (1, 2, 1, 0)
    publish(upload)
    eve = NEXT - timedelta(days=1)
    prices = [Offer.objects.in_effect(on).get(service__product_id="A").mrc for on in (eve, NEXT)]
    assert prices == [Decimal(10), Decimal("12.5")]
    assert set(Service.objects.offered(eve).values_list("product_id", flat=True)) == {*"ABC"}
    assert set(Service.objects.offered(NEXT).values_list("product_id", flat=True)) == {*"ACD"}
    flags = [
        Service.objects.with_designation(on).get(product_id="C").designation for on in (eve, NEXT)
    ]
    assert flags == [MANDATORY, NON_MANDATORY]
    assert Service.objects.get(product_id="C").name == "SIP Trunking Plus"


def test_publishing_gives_what_the_command_gives() -> None:
    def rows(contract_number: str) -> list[tuple[object, ...]]:
        of = Offer.objects.filter(service__contract__number=contract_number)
        wanted = ("service__product_id", "effective_from", "withdrawn", "mrc", "nrc", "description")
        return sorted(of.values_list(*wanted), key=repr)

    ours, theirs = make_contract("C-1"), make_contract("C-2")
    for lines, day in ((FIRST, SINCE), (SECOND, NEXT)):
        publish(make_upload(ours, lines, effective_from=day))
        load_catalog(
            contract=theirs,
            file_name="m.csv",
            content=csv_file([HEADINGS, *lines]),
            effective_from=day,
            actor=None,
            at=AT,
        )
    assert rows("C-1") == rows("C-2")


def test_the_same_file_again_changes_nothing() -> None:
    contract = make_contract()
    publish(make_upload(contract, FIRST))
    before = counts()[:3]
    again = make_upload(contract, FIRST, effective_from=NEXT)
    assert outcome(again) == (0, 0, 0, 3)
    publish(again)
    assert counts()[:3] == before


def test_who_uploaded_does_not_publish() -> None:
    uploader = make_stnd()
    upload = make_upload(make_contract(), FIRST, by=uploader)
    with pytest.raises(NotAllowed, match="A second person publishes"):
        publish(upload, by=uploader)
    assert counts()[3] == 0


def test_the_database_refuses_one_person_for_both() -> None:
    uploader = make_stnd()
    upload = publish(make_upload(make_contract(), FIRST, by=uploader))
    with pytest.raises(IntegrityError), transaction.atomic():
        MatrixUpload.objects.filter(pk=upload.pk).update(decided_by=uploader)


def test_only_stnd_uploads_publishes_and_rejects() -> None:
    catr = make_appointment(Role.CATR).user
    contract = make_contract()
    upload = make_upload(contract, FIRST)
    with pytest.raises(NotAllowed):
        send(contract, FIRST, by=catr)
    with pytest.raises(NotAllowed):
        publish(upload, by=catr)
    with pytest.raises(NotAllowed):
        publishing.reject(upload=upload, reason="x", access=access_of(catr, on=TODAY), at=AT)


def test_a_second_click_publishes_nothing_twice() -> None:
    second = make_stnd()
    upload = make_upload(make_contract(), FIRST)
    publish(upload, by=second)
    before = counts()
    assert publish(upload, by=second).state == State.PUBLISHED
    assert counts() == before
    with pytest.raises(UploadRefused, match="it is now “Published”"):
        publish(upload)


def test_the_same_page_sent_twice_uploads_once() -> None:
    contract, stnd = make_contract(), make_stnd()
    first = send(contract, FIRST, by=stnd)
    again = uploading.upload(
        contract=contract,
        file_name="m.csv",
        content=b"x",
        effective_from=SINCE,
        key=first.creation_key,
        access=access_of(stnd, on=TODAY),
        at=AT,
    )
    assert again == first


def test_what_was_compared_with_another_catalogue_is_not_published() -> None:
    contract = make_contract()
    publish(make_upload(contract, FIRST))
    upload = make_upload(contract, SECOND, effective_from=NEXT)
    make_designation(MANDATORY, Service.objects.get(product_id="A"), effective_from=SINCE)
    make_designation(NON_MANDATORY, Service.objects.get(product_id="A"), effective_from=SINCE)
    before = counts()
    with pytest.raises(UploadRefused, match="changed after the comparison was made"):
        publish(upload)
    assert counts() == before
    access = access_of(make_stnd(), on=TODAY)
    uploading.compare_again(upload=upload, effective_from=NEXT, access=access, at=AT)
    assert publish(reread(upload)).state == State.PUBLISHED


def test_two_uploads_compared_side_by_side_are_not_both_published_unseen() -> None:
    contract = make_contract()
    one, other = make_upload(contract, FIRST), make_upload(contract, SECOND)
    publish(one)
    with pytest.raises(UploadRefused, match="Compare again"):
        publish(other)


def test_a_comparison_made_after_the_page_was_opened_is_not_published_unseen() -> None:
    upload = make_upload(make_contract(), FIRST)
    access = access_of(make_stnd(), on=TODAY)
    uploading.compare_again(upload=upload, effective_from=NEXT, access=access, at=AT)
    newer = reread(upload)
    with pytest.raises(UploadRefused, match="compared again after you opened"):
        publishing.publish(upload=newer, shown=upload.round, access=access, at=AT)


def test_an_edition_only_follows_the_latest() -> None:
    contract = make_contract()
    publish(make_upload(contract, FIRST, effective_from=NEXT))
    with pytest.raises(UploadRefused, match="effective from July 1, 2024"):
        send(contract, SECOND, effective_from=SINCE)


def test_a_rejected_file_leaves_the_catalogue_and_can_not_be_taken_up_again() -> None:
    upload, access = make_upload(make_contract(), FIRST), access_of(make_stnd(), on=TODAY)
    for _ in range(2):
        rejected = publishing.reject(upload=upload, reason="Wrong year", access=access, at=AT)
    assert (rejected.state, rejected.reason, counts()[3]) == (State.REJECTED, "Wrong year", 0)
    assert [entry.action for entry in Entry.objects.about(upload)].count("reject_upload") == 1
    with pytest.raises(UploadRefused):
        uploading.compare_again(upload=upload, effective_from=NEXT, access=access, at=AT)
    with pytest.raises(UploadRefused):
        publish(upload)


def test_a_published_edition_can_not_be_changed_in_the_database() -> None:
    upload = publish(make_upload(make_contract(), FIRST))
    with pytest.raises(IntegrityError), transaction.atomic():
        CatalogEdition.objects.filter(upload=upload).update(effective_from=NEXT)


@pytest.mark.parametrize("action", Action)
def test_each_action_leads_only_from_the_states_of_the_table(action: Action) -> None:
    allowed = {state for state in State if may_step(action, MatrixUpload(state=state))}
    assert allowed == STEPS[action].before
    assert not allowed & {State.PUBLISHED, State.REJECTED}
