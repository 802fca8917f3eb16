from django.apps import AppConfig
from django.core import checks

from stmm.look.checks import theme_exists
from stmm.look.form_words import say_what_to_do


class LookConfig(AppConfig):
    name = "stmm.look"
    verbose_name = "Look"

    def ready(self) -> None:
        checks.register(theme_exists)
        say_what_to_do()
