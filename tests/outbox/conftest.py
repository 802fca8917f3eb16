"""A real mail server on a free port of this machine."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django.fixtures import Settings


class Desk:
    """Keeps what it accepts; `answers` are given first, one a mail, instead of accepting."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        if self.answers:
            return self.answers.pop(0)
        self.envelopes.append(envelope)
        return "250 OK"

    @property
    def mails(self) -> list[EmailMessage]:
        return [
            message_from_bytes(envelope.original_content or b"", policy=policy.default)
            for envelope in self.envelopes
        ]

    @property
    def forms(self) -> list[EmailMessage]:
        """Those that carry files: orders, and not what people are told of them."""
        return [mail for mail in self.mails if any(mail.iter_attachments())]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    """The contractor's mail server, which this installation sends to."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    desk = Desk()
    controller = Controller(desk, hostname=settings.EMAIL_HOST, port=settings.EMAIL_PORT)
    controller.start()
    yield desk
    controller.stop()
