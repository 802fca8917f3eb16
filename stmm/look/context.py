"""What the page frame says about this installation."""

import tomllib
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

_PROJECT = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Installation:
    """`sample_notice` is empty where prices and identifiers are the State's own."""

    official: bool
    sample_notice: str
    keeps_mail: bool
    public_questions: bool
    public_exemptions: bool
    version: str


def installation(request: HttpRequest) -> dict[str, Installation]:
    """Context processor: `installation` in every template."""
    return {
        "installation": Installation(
            official=settings.STMM_OFFICIAL,
            sample_notice=settings.STMM_SAMPLE_NOTICE,
            keeps_mail=settings.STMM_KEEP_MAIL,
            public_questions=settings.STMM_PUBLIC_QUESTIONS,
            public_exemptions=settings.STMM_PUBLIC_EXEMPTIONS,
            version=_PROJECT["project"]["version"],
        )
    }
