"""Conditions are only ever met, delegations only ever withdrawn."""

from django.db import migrations

from stmm.audit.refuse import Refuse

CONDITION, DELEGATION = "exemptions_condition", "exemptions_delegation"


def _differs(*names: str) -> str:
    return " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in names)


# (name, table, verb, refused when, message)
RULES = (
    (
        "condition_sealed", CONDITION, "UPDATE",
        "OLD.met_at IS NOT NULL OR " + _differs("decision_id", "position", "text", "due_on"),
        "a condition is only ever met",
    ),
    ("condition_kept", CONDITION, "DELETE", "TRUE", "conditions are kept"),
    (
        "delegation_sealed", DELEGATION, "UPDATE",
        "OLD.withdrawn_at IS NOT NULL OR "
        + _differs(
            "agency_id", "reference", "scope", "starts_on", "until", "recorded_at",
            "recorded_by_id",
        ),
        "a delegation is only ever withdrawn",
    ),
    ("delegation_kept", DELEGATION, "DELETE", "TRUE", "delegations are kept"),
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("exemptions", "0003_working")]

    operations = [Refuse(*rule) for rule in RULES]
