from django.db import migrations

from stmm.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        AppendOnly("offer"),
        AppendOnly("designation"),
        AppendOnly("term"),
        AppendOnly("catalogedition"),
    ]
