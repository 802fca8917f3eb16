"""From the stored rows of a signed order to the STD. 20 as it is printed."""

from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from orders.documents import std20
from orders.models import Determination, Order, OrderLine, Signature
from orders.reading.amendments import supersedes_sentence
from orders.workflow.order import Action
from stmm.audit.models import Entry
from stmm.policy.editions import edition_named
from stmm.policy.facts import Ato, Buyer

_STANDING = {
    Buyer.NON_EXEMPT: "Non-exempt State agency",
    Buyer.EXEMPT: "Exempt State agency",
    Buyer.UNDETERMINED: "State entity whose standing is not determined yet",
    Buyer.NON_STATE: "Non-state agency with an Authorization To Order",
}


def std20_of(order: Order) -> std20.Std20:
    """The form of a signed order, from stored rows alone. Signature.DoesNotExist if unsigned."""
    signature = order.signature
    lines = list(order.lines.select_related("service__contract", "order"))
    determinations = {d.line_id: d for d in Determination.objects.filter(line__order=order)}
    decisions = [determinations[line.pk] for line in lines]
    return std20.Std20(
        system_number=str(order),
        agency_request_number=order.agency_request_number,
        requested_on=order.order_date,
        request_types=_request_types(order),
        contractor_name=order.contractor_name,
        agency=_agency(order),
        eligibility=std20.Eligibility(order.eligibility),
        representative=_representative(order, signature),
        lines=tuple(_line(line) for line in lines),
        record=_record(order, signature, decisions),
        signed_at=signature.at,
        supersedes=supersedes_sentence(order),
        sample_notice=_sample_notice(lines),
    )


def _sample_notice(lines: list[OrderLine]) -> str:
    if not any(line.price_basis == "sample" for line in lines):
        return ""
    return settings.STMM_SAMPLE_NOTICE or "Prices and product identifiers are sample values."


def _request_types(order: Order) -> tuple[std20.RequestType, ...]:
    ticked = {
        std20.RequestType.SERVICE: order.is_service,
        std20.RequestType.EQUIPMENT: order.is_equipment,
        std20.RequestType.OTHER: order.is_other,
    }
    return tuple(kind for kind, on in ticked.items() if on)


def _agency(order: Order) -> std20.AgencyInformation:
    return std20.AgencyInformation(
        department=order.department,
        contact_name=order.contact_name,
        phone=order.contact_phone,
        fax=order.contact_fax,
        division=order.division,
        agency_code=order.general_services_code,
        email=order.contact_email,
        present_service_address=order.present_address,
        requested_service_address=order.requested_address,
        billing_address=order.billing_address,
    )


def _representative(order: Order, signature: Signature) -> std20.Representative | None:
    if order.eligibility != Order.Eligibility.STATE:
        return None
    return std20.Representative(
        name=signature.name,
        email=signature.email,
        phone=signature.phone,
        fax=signature.fax,
        address=signature.address,
        city=signature.city,
        state=signature.state,
        zip_code=signature.zip_code,
        title=signature.title,
        role=signature.role,
        signed_on=timezone.localdate(signature.at),
    )


def _line(line: OrderLine) -> std20.Std20Line:
    return std20.Std20Line(
        order_type=std20.OrderType(line.order_type),
        requested_on=line.requested_date,
        quantity=Decimal(line.quantity),
        mrc=line.mrc,
        nrc=line.nrc,
        contract_number=line.service.contract.number,
        product_id=line.product_id,
        billing_account=line.billing_account,
        description=line.description,
        comment=line.comment,
        catalogue_edition=line.price_edition,
    )


def _record(
    order: Order, signature: Signature, decisions: list[Determination]
) -> std20.ComplianceRecord:
    first = decisions[0]
    edition = edition_named(first.edition_key)
    entry = Entry.objects.about(order).get(action=Action.SIGN)
    return std20.ComplianceRecord(
        standing=_STANDING[first.purchase.buyer],
        edition_name=edition.name,
        edition_version=first.edition_version,
        decisions=tuple(_decision(determination) for determination in decisions),
        signatures=(
            std20.Signature(
                name=signature.name,
                title=signature.title,
                capacity=f"{signature.role}, {order.department}",
                signed_at=signature.at,
                attestation=signature.attestation,
                audit_entry_hash=entry.hash,
            ),
        ),
        content_sha256=signature.sha256,
    )


def _decision(determination: Determination) -> std20.LineDecision:
    ato = determination.purchase.ato
    return std20.LineDecision(
        headline=determination.headline,
        sentence=determination.sentence,
        citations=tuple(
            std20.Citation(id=cited.id, label=cited.label, quote=cited.quote)
            for cited in determination.citations
        ),
        date_shown=determination.date_shown,
        reference=_reference(ato),
    )


def _reference(ato: Ato | None) -> str:
    if ato is None or ato.approved_on is None or not ato.lists_service:
        return ""
    return f"ATO approved by the State on {ato.approved_on:%B %-d, %Y}"
