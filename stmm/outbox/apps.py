from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "stmm.outbox"
    verbose_name = "Outbox"
