"""A form sent after the session has ended does nothing, says so and leads back to its page."""

import pytest
from django.test import Client
from django.urls import reverse

from stmm.accounts.models import User
from stmm.accounts.signed_out import NOTHING_SENT
from tests.factories import make_user

pytestmark = pytest.mark.django_db

SENT_TO = "/orders/7/acknowledge/"


@pytest.fixture
def ana() -> User:
    return make_user(email="ana@chp.example")


@pytest.mark.parametrize(
    ("came_from", "back_to"),
    [
        ("http://testserver/orders/7/?show=all#lines", "/orders/7/%3Fshow%3Dall"),
        ("https://testserver/orders/7/", "/orders/7/"),
        ("http://elsewhere.example/orders/7/", SENT_TO),
        ("http://testserver", SENT_TO),
        ("", SENT_TO),
    ],
)
def test_it_leads_back_to_the_page_of_this_site_that_it_was_sent_from(
    client: Client, came_from: str, back_to: str
) -> None:
    answer = client.post(SENT_TO, headers={"referer": came_from})

    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('login')}?next={back_to}")


def test_the_sign_in_page_says_that_nothing_was_done(client: Client) -> None:
    sign_in = client.post(SENT_TO, follow=True)

    assert NOTHING_SENT in sign_in.content.decode()


def test_who_only_opens_a_page_is_told_nothing_of_it(client: Client) -> None:
    sign_in = client.get(reverse("orders:list"), follow=True)

    assert NOTHING_SENT not in sign_in.content.decode()


def test_who_opens_an_address_that_only_takes_forms_finds_a_page(client: Client, ana: User) -> None:
    client.force_login(ana)

    opened, asked = client.get(SENT_TO), client.head(SENT_TO)

    assert (opened.status_code, opened["Allow"]) == (405, "POST")
    assert "Go back to the page with the button" in opened.content.decode()
    assert (asked.status_code, asked.content) == (405, b"")
