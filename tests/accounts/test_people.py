"""People: one account an e-mail, whatever its case."""

import pytest
from django.db import IntegrityError, transaction

from stmm.accounts.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def test_an_email_is_kept_in_lower_case() -> None:
    assert make_user(email=" Ana.Reyes@CHP.example ").email == "ana.reyes@chp.example"


def test_the_database_too_wants_it_in_lower_case() -> None:
    with pytest.raises(IntegrityError, match="user_email_is_lower_case"), transaction.atomic():
        User.objects.create(email="Ana@CHP.example", name="Ana Reyes")


def test_an_email_has_one_account() -> None:
    make_user(email="ana@chp.example")

    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(email="ANA@chp.example")


def test_a_person_has_a_name() -> None:
    with pytest.raises(IntegrityError, match="user_has_a_name"), transaction.atomic():
        User.objects.create_user("ana@chp.example")


def test_a_person_is_called_by_name() -> None:
    assert str(make_user("Ana Reyes")) == "Ana Reyes"


def test_a_person_is_found_by_email_in_any_case() -> None:
    ana = make_user(email="ana@chp.example")

    assert User.objects.get_by_natural_key(" ANA@CHP.example") == ana


def test_without_a_password_no_guess_fits_but_one_can_be_asked_for() -> None:
    ana = User.objects.create_user("ana@chp.example", name="Ana Reyes")

    assert not ana.check_password("")
    assert ana.has_usable_password()


def test_the_operator_can_add_an_administrator() -> None:
    admin = User.objects.create_superuser("root@stmm.example", PASSWORD, name="Operator")

    assert admin.is_superuser
    assert admin.check_password(PASSWORD)
