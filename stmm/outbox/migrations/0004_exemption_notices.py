from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0003_ato_notices"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("turn", "It is my turn to do something"),
                    ("followed", "An order that I made, signed or follow moves on"),
                    ("catalog", "The catalog changes for orders of my agency"),
                    ("ato", "An ATO moves on, or the two years of its services end"),
                    ("exemption", "An exemption request moves on, or an exemption ends"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="noticepreference",
            name="kind",
            field=models.CharField(
                choices=[
                    ("turn", "It is my turn to do something"),
                    ("followed", "An order that I made, signed or follow moves on"),
                    ("catalog", "The catalog changes for orders of my agency"),
                    ("ato", "An ATO moves on, or the two years of its services end"),
                    ("exemption", "An exemption request moves on, or an exemption ends"),
                ],
                max_length=10,
            ),
        ),
    ]
