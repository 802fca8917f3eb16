"""Files of a draft."""

import pytest

from exemptions.models import ExemptionRequest, RequestState
from exemptions.reading.case import attachments_of
from exemptions.services import attaching
from stmm.audit.models import Entry
from stmm.refusals import Incomplete, NotAllowed, WrongState
from tests.exemptions.factories import Case, as_of, make_request
from tests.factories import AT

PDF = b"%PDF-1.7 a quote\n%%EOF\n"


@pytest.fixture
def draft(case: Case) -> ExemptionRequest:
    return make_request(case)


def test_a_pdf_is_attached_once_and_taken_off_once(case: Case, draft: ExemptionRequest) -> None:
    first, second = (
        attaching.attach(
            request=draft, file_name="quote.pdf", content=PDF, access=as_of(case.atr), at=AT
        )
        for _ in range(2)
    )
    assert first == second
    assert bytes(first.document.content) == PDF

    for _ in range(2):
        attaching.detach(attachment=first, access=as_of(case.catr), at=AT)

    assert not attachments_of(draft)
    assert Entry.objects.about(draft).count() == 2
    assert draft.contributors.filter(user=case.catr).exists()


@pytest.mark.parametrize("content", [b"", b"<html>", b"MZ\x90\x00", b"PK\x03\x04"])
def test_only_a_pdf_is_attached(case: Case, draft: ExemptionRequest, content: bytes) -> None:
    with pytest.raises(Incomplete, match="is not a PDF"):
        attaching.attach(
            request=draft, file_name="quote.pdf", content=content, access=as_of(case.atr), at=AT
        )


def test_so_many_files_at_most(
    case: Case, draft: ExemptionRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "MOST_FILES", 1)
    attaching.attach(request=draft, file_name="a.pdf", content=PDF, access=as_of(case.atr), at=AT)

    with pytest.raises(Incomplete, match="as many as it may"):
        attaching.attach(
            request=draft, file_name="b.pdf", content=PDF + b"b", access=as_of(case.atr), at=AT
        )


def test_who_may_not_and_when(case: Case, draft: ExemptionRequest) -> None:
    sent = make_request(case, RequestState.SENT)

    with pytest.raises(NotAllowed):
        attaching.attach(
            request=draft, file_name="a.pdf", content=PDF, access=as_of(case.stranger), at=AT
        )
    with pytest.raises(WrongState):
        attaching.attach(
            request=sent, file_name="a.pdf", content=PDF, access=as_of(case.atr), at=AT
        )
