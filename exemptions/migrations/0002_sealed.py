"""What the database itself refuses of exemptions, whoever asks: admin, import or a forgotten path.

Evidence is only ever added. A request is changed as a draft only. Nobody decides a request that
they had a hand in, nothing is approved, denied or revoked without the row that says by whom,
and no purchase takes more than was granted, or outside the term.
"""

from django.db import migrations

from stmm.audit.append_only import AppendOnly
from stmm.audit.refuse import Refuse

ASKED = (
    "agency_id", "project", "description", "compelling_reason", "why_not_calnet", "if_unmet",
    "proposed_source", "wanted_from", "wanted_until", "delegation_reference",
    "asks_for_delegation", "extends_id", "created_by_id",
)  # fmt: skip
TERM = ("starts_on", "until")


def _differs(names: tuple[str, ...]) -> str:
    return "(" + " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in names) + ")"


REQUEST, ITEM = "exemptions_exemptionrequest", "exemptions_requesteditem"
DECISION, GRANTED, USE = (
    "exemptions_decision", "exemptions_itemdecision", "exemptions_use",
)  # fmt: skip

_DECIDED = (
    "EXISTS (SELECT 1 FROM exemptions_decision d WHERE d.request_id = NEW.id AND d.outcome IN ({})"
    " AND d.starts_on IS NOT DISTINCT FROM NEW.starts_on"
    " AND d.until IS NOT DISTINCT FROM NEW.until)"
)
_REVOKED = "EXISTS (SELECT 1 FROM exemptions_revocation r WHERE r.request_id = NEW.id)"
_CONTRIBUTED = (
    "EXISTS (SELECT 1 FROM exemptions_contributor c"
    " WHERE c.request_id = NEW.request_id AND c.user_id = NEW.decided_by_id)"
)
_APPOINTED = (
    "EXISTS (SELECT 1 FROM agencies_appointment a WHERE a.id = NEW.appointment_id"
    " AND a.user_id = NEW.{} AND a.role IN ('deputy_director', 'deputy_delegate'))"
)
_SENT = (
    "EXISTS (SELECT 1 FROM exemptions_exemptionrequest r WHERE r.state <> 'draft' AND r.id IN ({}))"
)
_OUT_OF_TERM = (
    "NOT EXISTS (SELECT 1 FROM exemptions_exemptionrequest r"
    " JOIN exemptions_decision d ON d.request_id = r.id"
    " JOIN exemptions_itemdecision g ON g.decision_id = d.id"
    " WHERE g.id = NEW.item_id"
    " AND r.state IN ('approved', 'expired') AND r.agency_id = NEW.agency_id"
    " AND NEW.used_on >= r.starts_on AND NEW.used_on < r.until)"
)
_TAKEN = (
    "(SELECT COALESCE(SUM(u.{0}), 0) FROM exemptions_use u"
    " WHERE u.item_id = NEW.item_id AND u.released_at IS NULL)"
)
_LIMIT = "(SELECT g.{0} FROM exemptions_itemdecision g WHERE g.id = NEW.item_id)"

# (name, table, verb, refused when, message)
RULES = (
    (
        "exemption_request_sealed", REQUEST, "UPDATE",
        f"OLD.state <> 'draft' AND {_differs(ASKED)}",
        "an exemption request is changed as a draft only",
    ),
    (
        "exemption_term_sealed", REQUEST, "UPDATE",
        f"OLD.starts_on IS NOT NULL AND {_differs(TERM)}",
        "the term of an exemption is never changed",
    ),
    (
        "exemption_needs_decision", REQUEST, "UPDATE",
        "NEW.state IN ('approved', 'denied') AND OLD.state <> NEW.state AND NOT (OLD.state ="
        " 'recommended' AND CASE NEW.state WHEN 'denied' THEN "
        + _DECIDED.format("'denied'") + " ELSE "
        + _DECIDED.format("'approved', 'approved_in_part'") + " END)",
        "an exemption is approved or denied by a decision",
    ),
    (
        "exemption_ends_once", REQUEST, "UPDATE",
        ("OLD.state IN ('denied', 'withdrawn', 'expired', 'revoked') AND OLD.state <> NEW.state"
        " OR OLD.state = 'approved' AND NEW.state NOT IN ('approved', 'expired', 'revoked')"
        " OR NEW.state IN ('expired', 'revoked') AND OLD.state NOT IN ('approved', NEW.state)"
        f" OR NEW.state = 'revoked' AND NOT {_REVOKED}"),
        "a closed exemption request is not opened again",
    ),
    (
        "exemption_request_is_born_a_draft", REQUEST, "INSERT", "NEW.state <> 'draft'",
        "an exemption request begins as a draft",
    ),
    ("exemption_request_kept", REQUEST, "DELETE", "TRUE", "exemption requests are kept"),
    *(
        (
            f"exemption_item_sealed_{verb.lower()}", ITEM, verb,
            _SENT.format(", ".join(f"{row}.request_id" for row in rows)),
            "what is requested is changed in a draft only",
        )
        for verb, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",)))
    ),
    (
        "nobody_decides_their_own_exemption", DECISION, "INSERT",
        f"{_CONTRIBUTED} OR NOT {_APPOINTED.format('decided_by_id')}",
        "nobody decides an exemption request that they had a hand in",
    ),
    (
        "decision_on_recommended_request", DECISION, "INSERT",
        ("NOT EXISTS (SELECT 1 FROM exemptions_exemptionrequest r JOIN exemptions_recommendation m"
        " ON m.request_id = r.id WHERE r.id = NEW.request_id AND r.state = 'recommended'"
        " AND m.id = NEW.recommendation_id AND m.voided_at IS NULL)"),
        "a decision needs a valid recommendation",
    ),
    (
        "granted_is_of_its_request", GRANTED, "INSERT",
        ("NOT EXISTS (SELECT 1 FROM exemptions_decision d JOIN exemptions_requesteditem i ON i.request_id = d.request_id"
        " WHERE d.id = NEW.decision_id AND i.id = NEW.item_id"
        " AND d.outcome IN ('approved', 'approved_in_part') AND NEW.quantity <= i.quantity)"),
        "a decision grants at most what its request asks for",
    ),
    (
        "revoked_by_whoever_decides", "exemptions_revocation", "INSERT",
        f"NOT {_APPOINTED.format('revoked_by_id')}",
        "an exemption is revoked by the Deputy Director or a delegate",
    ),
    (
        "use_within_the_exemption", USE, "INSERT",
        (f"{_OUT_OF_TERM} OR {_TAKEN.format('quantity')} + NEW.quantity > {_LIMIT.format('quantity')}"
        f" OR {_TAKEN.format('amount')} + NEW.amount"
        f" > COALESCE({_LIMIT.format('amount')}, {_TAKEN.format('amount')} + NEW.amount)"),
        "a purchase takes at most what an exemption in term grants",
    ),
    (
        "use_sealed", USE, "UPDATE",
        "OLD.released_at IS NOT NULL OR "
        + _differs(
            ("item_id", "agency_id", "kind", "key", "label", "quantity", "amount", "used_on",
             "recorded_at", "recorded_by_id")
        ),
        "a use of an exemption is only ever released",
    ),
    ("use_kept", USE, "DELETE", "TRUE", "uses of an exemption are kept"),
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("exemptions", "0001_initial")]

    operations = [
        AppendOnly("contributor"),
        AppendOnly("sentversion"),
        AppendOnly("note"),
        AppendOnly("recommendeditem"),
        AppendOnly("decision"),
        AppendOnly("itemdecision"),
        AppendOnly("decisionreason"),
        AppendOnly("letter"),
        AppendOnly("revocation"),
        AppendOnly("reminder"),
        *(Refuse(*rule) for rule in RULES),
    ]
