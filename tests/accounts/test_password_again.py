"""The password once more: counted like signing in, and kept to oneself."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django.fixtures import Settings

from stmm.accounts.models import User
from stmm.accounts.password_again import LOCKED, WRONG, PasswordField, password_problem
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return make_user()


def screen(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().post("/", {"password": "a guess", "reasoning": "Because"})
    request.user = user
    return request


def failures(user: User) -> int:
    return sum(
        AccessAttempt.objects.filter(username=user.email).values_list(
            "failures_since_start", flat=True
        )
    )


def test_the_right_password_shows_who_is_there(ana: User) -> None:
    assert password_problem(screen(ana), PASSWORD) == ""
    assert failures(ana) == 0


@pytest.mark.parametrize("typed", ["", "a guess", PASSWORD + " ", PASSWORD.upper()])
def test_a_wrong_one_is_refused_and_counted(ana: User, typed: str) -> None:
    assert password_problem(screen(ana), typed) == WRONG
    assert failures(ana) == 1


def test_another_persons_password_is_wrong(ana: User) -> None:
    make_user("Eve").set_password("another password")

    assert password_problem(screen(ana), "another password") == WRONG


def test_after_too_many_even_the_right_one_is_refused(ana: User, settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    said = [password_problem(screen(ana), "a guess") for _ in range(3)]

    assert said == [WRONG, WRONG, LOCKED]
    request = screen(ana)
    assert password_problem(request, PASSWORD) == LOCKED
    # Nothing takes the place of the form
    assert request.axes_locked_out is False  # type: ignore[attr-defined]  # of django-axes


def test_guesses_at_a_screen_and_at_sign_in_are_counted_together(
    ana: User, client: Client, settings: Settings
) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    for _ in range(2):
        password_problem(screen(ana), "a guess")
    client.post(reverse("login"), {"username": ana.email, "password": "a guess"})

    assert password_problem(screen(ana), PASSWORD) == LOCKED
    answer = client.post(reverse("login"), {"username": ana.email, "password": PASSWORD})
    assert answer.status_code == 429


def test_a_right_one_ends_the_count(ana: User, settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    for _ in range(4):
        assert password_problem(screen(ana), "a guess") == WRONG
        assert password_problem(screen(ana), PASSWORD) == ""

    assert failures(ana) == 0


def test_who_has_left_meanwhile_proves_nothing(ana: User) -> None:
    User.objects.update(is_active=False)
    request = screen(User.objects.get(pk=ana.pk))

    assert password_problem(request, PASSWORD) == WRONG


def test_what_was_guessed_is_stored_nowhere(ana: User) -> None:
    password_problem(screen(ana), "a guess")

    assert "a guess" not in AccessAttempt.objects.get().post_data


def test_spaces_belong_to_a_password_and_none_is_given_back() -> None:
    field = PasswordField()

    assert field.clean(" with spaces ") == " with spaces "
    assert "typed" not in field.widget.render("password", "typed")
