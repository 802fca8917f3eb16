"""What was on the ATO itself goes onto its initial paper."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def to_papers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    paper_model = apps.get_model("orders", "AtoPaper")
    listed_model: Any = apps.get_model("orders", "ListedService")
    ato_model: Any = apps.get_model("orders", "AuthorizationToOrder")
    for ato in ato_model.objects.select_related("agency"):
        paper = paper_model.objects.create(
            ato=ato,
            number=1,
            kind="initial",
            state=_state(ato),
            recorded_at=ato.recorded_at,
            basis=ato.basis,
            legal_name=ato.agency.name,
            agency_signed_on=ato.agency_signed_on,
            contractor_signed_on=ato.contractor_signed_on,
            state_approved_on=ato.state_approved_on,
            approved_at=ato.recorded_at if ato.state_approved_on else None,
        )
        listed_model.objects.filter(ato=ato).update(paper=paper)


def _state(ato: object) -> str:
    signed = {
        "approved": ("state_approved_on",),
        "submitted": ("agency_signed_on", "contractor_signed_on"),
        "agency_signed": ("agency_signed_on",),
    }
    return next(
        (state for state, days in signed.items() if all(getattr(ato, day) for day in days)),
        "draft",
    )


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_atos")]

    operations = [migrations.RunPython(to_papers)]
