from django.db import migrations

from stmm.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]

    operations = [
        AppendOnly("signature"),
        AppendOnly("determination"),
    ]
