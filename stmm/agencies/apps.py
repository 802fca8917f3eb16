from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "stmm.agencies"
    verbose_name = "Agencies"
