"""A person at a browser without scripts: follows links, fills in forms, presses buttons."""

from typing import Any
from urllib.parse import urljoin

from django.test import Client

from tests.journeys.pages import Page


class Visitor:
    """Everything is done by the words on the page; a page that is not there fails the test."""

    def __init__(self, email: str, password: str) -> None:
        self.client = Client()
        self.path = "/"
        self.open("/accounts/login/")
        self.press("Sign in", username=email, password=password)
        assert "Sign out" in self.text

    @property
    def text(self) -> str:
        return self.page.text

    def open(self, path: str, expect: int = 200) -> None:
        self._arrive(self.client.get(path, follow=True), path, expect)

    def follow(self, words: str) -> None:
        self.open(urljoin(self.path, self.page.link(words)))

    def download(self, words: str) -> bytes:
        """The file behind a link."""
        answer = self.client.get(urljoin(self.path, self.page.link(words)))
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/pdf"
        return answer.content

    def press(self, button: str, **typed: Any) -> None:
        """Send the form of this button with what is in it and what is typed."""
        form = self.page.form(button)
        path = urljoin(self.path, form.action)
        unknown = typed.keys() - form.fields.keys() - form.unchecked
        assert not unknown, f"The form has no {unknown}, only {list(form.fields)}"
        send = self.client.post if form.method == "post" else self.client.get
        self._arrive(send(path, form.fields | typed, follow=True), path, 200)

    def _arrive(self, answer: Any, path: str, expect: int) -> None:
        assert answer.status_code == expect, f"{path}: {answer.status_code}"
        # The last of the redirections that were followed
        self.path = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        self.page = Page(answer.content.decode())
