"""Signing in: any case of the e-mail, few guesses, and nothing learnt from an answer."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from stmm.accounts.lockout import account_tried
from stmm.accounts.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
EMAIL = "ana@chp.example"
LIMIT = settings.AXES_FAILURE_LIMIT


@pytest.fixture
def ana() -> User:
    return make_user(email=EMAIL)


def sign_in(client: Client, username: str, password: str) -> int:
    return client.post(reverse("login"), {"username": username, "password": password}).status_code


def answer(client: Client, username: str, password: str) -> str:
    """The page that refuses, without what was typed and the token of the form."""
    page = client.post(reverse("login"), {"username": username, "password": password})
    text = page.content.decode().replace(username, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"', "", text)


@pytest.mark.parametrize("typed", [EMAIL, "Ana@CHP.Example", " ana@chp.example "])
def test_the_email_may_be_typed_in_any_case(client: Client, ana: User, typed: str) -> None:
    assert sign_in(client, typed, PASSWORD) == 302
    assert client.session["_auth_user_id"] == str(ana.pk)


def test_a_wrong_password_does_not_sign_in(client: Client, ana: User) -> None:
    assert sign_in(client, EMAIL, "guess") == 200
    assert "_auth_user_id" not in client.session


def test_someone_who_has_left_does_not_sign_in(client: Client, ana: User) -> None:
    User.objects.update(is_active=False)

    assert sign_in(client, EMAIL, PASSWORD) == 200


def test_the_answer_does_not_tell_whether_an_account_is_there(client: Client, ana: User) -> None:
    assert answer(client, EMAIL, "guess") == answer(client, "eve@chp.example", "guess")


def test_after_too_many_guesses_even_the_right_password_is_refused(
    client: Client, ana: User
) -> None:
    for _ in range(LIMIT):
        sign_in(client, EMAIL, "guess")

    page = client.post(reverse("login"), {"username": EMAIL, "password": PASSWORD})

    assert page.status_code == 429
    assert "Too many attempts" in page.content.decode()


def test_guesses_in_another_case_are_counted_against_the_same_account(
    client: Client, ana: User
) -> None:
    for number in range(LIMIT):
        sign_in(client, EMAIL.upper() if number % 2 else EMAIL, "guess")

    assert sign_in(client, EMAIL, PASSWORD) == 429


def test_an_account_that_is_not_there_is_locked_alike(client: Client) -> None:
    for _ in range(LIMIT):
        sign_in(client, "eve@chp.example", "guess")

    assert sign_in(client, "eve@chp.example", "guess") == 429


def test_guesses_at_one_account_do_not_lock_another(client: Client, ana: User) -> None:
    for _ in range(LIMIT):
        sign_in(client, "eve@chp.example", "guess")

    assert sign_in(client, EMAIL, PASSWORD) == 302


def test_signing_in_forgives_earlier_mistakes(client: Client, ana: User) -> None:
    for _ in range(2):
        for _ in range(LIMIT - 1):
            sign_in(client, EMAIL, "guess")
        assert sign_in(client, EMAIL, PASSWORD) == 302


def test_signing_in_starts_a_new_session(client: Client, ana: User) -> None:
    client.get(reverse("login"))
    before = client.session.session_key

    sign_in(client, EMAIL, PASSWORD)

    assert client.session.session_key != before


@pytest.mark.parametrize("typed", [EMAIL, EMAIL.upper()])
def test_a_link_to_a_new_password_is_mailed(client: Client, ana: User, typed: str) -> None:
    client.post(reverse("password_reset"), {"email": typed})

    [sent] = mail.outbox
    link = re.search(r"http://testserver(/accounts/reset/\S+)", str(sent.body))
    assert sent.to == [EMAIL]
    assert link
    assert client.get(link[1], follow=True).status_code == 200


def test_the_link_lets_its_reader_choose_a_password(client: Client) -> None:
    User.objects.create_user(EMAIL, name="Ana Reyes")
    client.post(reverse("password_reset"), {"email": EMAIL})
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert link

    form = client.get(link[1], follow=True)
    chosen = {"new_password1": "a quiet green harbour", "new_password2": "a quiet green harbour"}
    client.post(form.request["PATH_INFO"], chosen)

    assert sign_in(client, EMAIL, "a quiet green harbour") == 302


def test_asking_for_an_account_that_is_not_there_is_answered_alike(
    client: Client, ana: User
) -> None:
    pages = [
        client.post(reverse("password_reset"), {"email": email}, follow=True)
        for email in (EMAIL, "eve@chp.example")
    ]

    first, second = (re.sub(r'X-CSRFToken": "\w+"', "", page.content.decode()) for page in pages)
    assert first == second
    assert len(mail.outbox) == 1


def test_a_password_has_twelve_characters_and_is_not_common(client: Client, ana: User) -> None:
    client.force_login(ana)

    page = client.post(
        reverse("password_change"),
        {"old_password": PASSWORD, "new_password1": "password", "new_password2": "password"},
    )

    assert "at least 12 characters" in page.content.decode()
    assert "too common" in page.content.decode()


@pytest.mark.parametrize(
    ("request_", "credentials", "account"),
    [
        (None, {"username": " Ana@CHP.example"}, EMAIL),
        (RequestFactory().post("/", {"username": "ANA@chp.example"}), None, EMAIL),
        (RequestFactory().post("/"), None, ""),
        (None, None, ""),
    ],
)
def test_an_attempt_counts_against_the_account_that_was_typed(
    request_: HttpRequest | None, credentials: dict[str, str] | None, account: str
) -> None:
    assert account_tried(request_, credentials) == account
