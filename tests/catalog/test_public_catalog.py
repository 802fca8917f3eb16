"""The catalogue as strangers see it, where STMM_PUBLIC_CATALOG lets them in, and where not."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from catalog.models import Service
from catalog.services.loading import load_catalog
from tests.catalog.factories import MANDATORY, make_contract, make_designation, make_service
from tests.catalog.matrix_files import HEADINGS, csv_file, line
from tests.factories import AT, SINCE, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    """Loaded by a person, so that the record has a name to give away."""
    contract = make_contract()
    load_catalog(
        contract=contract,
        file_name="matrix.csv",
        content=csv_file([HEADINGS, line()]),
        effective_from=SINCE,
        actor=make_user("Priya Nair"),
        at=AT,
    )
    service = make_service("Converged VoIP", contract)
    make_designation(MANDATORY, service)
    return service


def addresses(service: Service) -> list[str]:
    return [
        reverse("catalog:search"),
        reverse("catalog:search-csv"),
        reverse("catalog:search-xlsx"),
        reverse("catalog:service", args=[service.pk]),
        reverse("catalog:contracts"),
        reverse("catalog:contract", args=[service.contract_id]),
    ]


def test_a_public_catalogue_is_read_without_signing_in(
    service: Service, settings: Settings
) -> None:
    settings.STMM_PUBLIC_CATALOG = True
    for address in addresses(service):
        assert Client().get(address).status_code == 200, address
        assert Client().post(address).status_code == 405, address


def test_a_catalogue_is_not_public_unless_the_setting_says_so(service: Service) -> None:
    for address in addresses(service):
        for method in ("get", "post"):
            answer = getattr(Client(), method)(address)
            assert answer.headers["Location"] == f"{reverse('login')}?next={address}"


def test_strangers_see_no_person_no_decision_and_nothing_to_do(
    service: Service, settings: Settings
) -> None:
    settings.STMM_PUBLIC_CATALOG = True
    pages = [address for address in addresses(service) if not address.endswith((".csv", ".xlsx"))]
    told = signed_in(make_user())
    assert any("Priya Nair" in told.get(page).content.decode() for page in pages)
    for address in pages:
        page = Client().get(address).content.decode()
        assert "Priya Nair" not in page, address
        assert "elsewhere today?" not in page, address
        assert "Add to order" not in page, address
        assert '<form method="post"' not in page, address


def test_nothing_else_is_public(settings: Settings) -> None:
    settings.STMM_PUBLIC_CATALOG = True
    for name in ("home", "orders:list", "agencies:list", "mail:list", "audit:list"):
        assert Client().get(reverse(name)).status_code == 302, name
