"""Versions that are taken back; what else of the review and the decision is refused.

A recommendation is only ever voided and a question only ever closed. Nobody decides what they
wrote, signed or recommended, though a path forgot to note them as a contributor.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stmm.audit.append_only import AppendOnly
from stmm.audit.refuse import Refuse

RECOMMENDATION, QUESTION = "exemptions_recommendation", "exemptions_question"


def _differs(*names: str) -> str:
    return " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in names)


# (name, table, verb, refused when, message)
RULES = (
    (
        "recommendation_sealed", RECOMMENDATION, "UPDATE",
        "OLD.voided_at IS NOT NULL OR "
        + _differs(
            "request_id", "version_id", "outcome", "starts_on", "until", "reasoning",
            "reason_codes", "conditions", "made_at", "made_by_id",
        ),
        "a recommendation is only ever voided",
    ),
    ("recommendation_kept", RECOMMENDATION, "DELETE", "TRUE", "recommendations are kept"),
    (
        "exemption_question_sealed", QUESTION, "UPDATE",
        "OLD.closed_at IS NOT NULL OR " + _differs("request_id", "text", "asked_at", "asked_by_id"),
        "a question is only ever closed",
    ),
    ("exemption_question_kept", QUESTION, "DELETE", "TRUE", "questions are kept"),
    (
        "decider_has_no_part_in_the_case", "exemptions_decision", "INSERT",
        ("EXISTS (SELECT 1 FROM exemptions_exemptionrequest r WHERE r.id = NEW.request_id"
        " AND r.created_by_id = NEW.decided_by_id)"
        " OR EXISTS (SELECT 1 FROM exemptions_sentversion s WHERE s.request_id = NEW.request_id"
        " AND s.signed_by_id = NEW.decided_by_id)"
        " OR EXISTS (SELECT 1 FROM exemptions_recommendation m WHERE m.request_id = NEW.request_id"
        " AND m.made_by_id = NEW.decided_by_id)"),
        "nobody decides an exemption request that they had a hand in",
    ),
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("exemptions", "0002_sealed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TakenBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_back",
                        to="exemptions.sentversion",
                    ),
                ),
            ],
        ),
        AppendOnly("takenback"),
        *(Refuse(*rule) for rule in RULES),
    ]
