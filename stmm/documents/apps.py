from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "stmm.documents"
    verbose_name = "Documents"
