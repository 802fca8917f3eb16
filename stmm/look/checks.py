"""What must be right about the look before the site starts."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

# The State Web Template's light color themes. Its two dark ones are left out: on them our tones
# fall below the contrast of WCAG 2.2 AA.
THEMES = [
    "delta",
    "eureka",
    "mono",
    "oceanside",
    "orangecounty",
    "pasorobles",
    "sacramento",
    "santabarbara",
    "santacruz",
    "shasta",
    "sierra",
    "trinity",
]


def theme_exists(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """STMM_THEME names one of THEMES."""
    if settings.STMM_THEME in THEMES:
        return []
    return [
        Error(
            f"STMM_THEME is {settings.STMM_THEME!r}, which is not a color theme of this site.",
            hint="One of " + ", ".join(THEMES),
            id="look.E001",
        )
    ]
