"""How people sign in, and confirm with their password what they do when they have."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from stmm.accounts.models import User


class PersonBackend(ModelBackend):
    """Django's own, which looks nobody up whom the request knows already."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        person = getattr(request, "user", None)
        if isinstance(person, User) and password is not None and person.email == username:
            is_theirs = person.check_password(password) and self.user_can_authenticate(person)
            return person if is_theirs else None
        found = super().authenticate(request, username, password, **kwargs)
        return found if isinstance(found, User) else None
