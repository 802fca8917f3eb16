from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "stmm.accounts"
    verbose_name = "People"
