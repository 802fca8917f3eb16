from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "stmm.audit"
    verbose_name = "Audit"
