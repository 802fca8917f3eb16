"""Nobody gets anywhere without signing in, but to the few pages that must be open."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tests.addresses import Address, every_address

pytestmark = pytest.mark.django_db

OPEN = {
    # A monitor has no account
    "healthz",
    # The way in
    "login",
    "password_reset",
    "password_reset_done",
    "password_reset_confirm",
    "password_reset_complete",
    # What anyone may read before they sign in
    "accessibility",
    "privacy",
    "glossary",
}

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
ADDRESSES = every_address()
CLOSED = [address for address in ADDRESSES if address.name not in OPEN]


@pytest.mark.parametrize("address", CLOSED, ids=lambda address: address.name)
def test_a_stranger_is_led_to_the_sign_in_page(client: Client, address: Address) -> None:
    path = address.path()

    answers = {method: getattr(client, method)(path) for method in METHODS}

    sign_in = (302, f"{reverse('login')}?next={path}")
    led = {
        method: (answer.status_code, answer.headers.get("Location"))
        for method, answer in answers.items()
    }
    assert led == dict.fromkeys(METHODS, sign_in)


@pytest.mark.parametrize("name", sorted(OPEN))
def test_what_is_open_exists_and_answers_a_stranger(client: Client, name: str) -> None:
    address = next(address for address in ADDRESSES if address.name == name)

    assert client.get(address.path()).status_code == 200


def test_a_stranger_gets_static_files(client: Client, settings: Settings) -> None:
    settings.WHITENOISE_USE_FINDERS = True

    answer = client.get("/static/stmm/stmm.css")

    assert answer.status_code == 200
    answer.close()


def test_a_stranger_is_told_nothing_about_addresses_that_do_not_exist(client: Client) -> None:
    assert client.get("/no/such/page/").status_code == 404
