from django.db import migrations

from stmm.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial")]

    operations = [
        AppendOnly("standing"),
        AppendOnly("agencyname"),
    ]
