"""STMM 0400.1, rev. July 1, 2013: one function per paragraph that bears on a purchase.

A rule answers a Finding, or None where its paragraph has nothing to say.
"""

from stmm.policy.dates import in_words, last_day, notice_end
from stmm.policy.facts import Action, Buyer, Designation, Purchase, Source
from stmm.policy.findings import Finding, Outcome

# Plain names: on Python 3.11 a member looked up in its class costs nine times as much, and a
# decision looks up some thirty.
NON_EXEMPT = Buyer.NON_EXEMPT
EXEMPT = Buyer.EXEMPT
STANDING_OPEN = Buyer.UNDETERMINED
NON_STATE = Buyer.NON_STATE
LEAVE = Action.LEAVE
CALNET = Source.CALNET
MANDATORY = Designation.MANDATORY
NON_MANDATORY = Designation.NON_MANDATORY
DESIGNATION_OPEN = Designation.UNDETERMINED
ALLOWED = Outcome.ALLOWED
ALLOWED_CALNET_ENCOURAGED = Outcome.ALLOWED_CALNET_ENCOURAGED
ALLOWED_UNDER_EXEMPTION = Outcome.ALLOWED_UNDER_EXEMPTION
EXEMPTION_REQUIRED = Outcome.EXEMPTION_REQUIRED
EXCLUSIVE_TO_CALNET = Outcome.EXCLUSIVE_TO_CALNET
ATO_REQUIRED = Outcome.ATO_REQUIRED
RULING_NEEDED = Outcome.RULING_NEEDED


def pu_2(purchase: Purchase) -> Finding | None:
    """Non-mandatory services are those that a State agency may but need not buy from CALNET."""
    if purchase.buyer is NON_STATE or purchase.designation is not NON_MANDATORY:
        return None
    sentence = "Non-mandatory: you may buy it from CALNET or elsewhere."
    if purchase.source is CALNET:
        sentence = "Non-mandatory: your choice; order it on a STD. 20 sent to the contractor."
    return Finding(ALLOWED, sentence, ("PU-2",))


def po_1(purchase: Purchase) -> Finding | None:
    """Non-exempt State agencies are required to use CALNET for mandatory services."""
    if purchase.designation is not MANDATORY:
        return None
    if purchase.buyer is NON_EXEMPT:
        return _po_1_non_exempt(purchase)
    if purchase.buyer is STANDING_OPEN:
        return _po_1_undetermined(purchase)
    return None


def _po_1_non_exempt(purchase: Purchase) -> Finding | None:
    if purchase.source is CALNET:
        sentence = (
            "Mandatory for a non-exempt agency: "
            "order it from CALNET on a STD. 20 sent to the contractor."
        )
        return Finding(ALLOWED, sentence, ("PO-1",))
    if purchase.is_exempted:
        return None
    sentence = (
        "Mandatory for a non-exempt agency: buy it from CALNET; "
        "elsewhere only with an exemption approved by the Deputy Director first."
    )
    return Finding(EXEMPTION_REQUIRED, sentence, ("PO-1",))


def _po_1_undetermined(purchase: Purchase) -> Finding | None:
    if purchase.source is CALNET:
        sentence = (
            "Mandatory, and the Department has not said whether this agency is exempt: "
            "CALNET is right either way; order it on a STD. 20 sent to the contractor."
        )
        return Finding(ALLOWED, sentence, ("PO-1",))
    if purchase.is_exempted:
        return None
    sentence = (
        "Mandatory, and the Department has not said whether this agency is exempt: "
        "order it from CALNET, or ask STND for a ruling first."
    )
    return Finding(RULING_NEEDED, sentence, ("PO-1",))


def po_2(purchase: Purchase) -> Finding | None:
    """Exempt State agencies are encouraged, not required, to buy mandatory services from CALNET."""
    if purchase.designation is NON_MANDATORY:
        return None
    if purchase.buyer is EXEMPT:
        if purchase.source is CALNET:
            sentence = (
                "Encouraged, not required, for an exempt agency: "
                "order it on a STD. 20 sent to the contractor."
            )
            return Finding(ALLOWED, sentence, ("PO-2",))
        sentence = (
            "An exempt agency may buy it elsewhere; the manual encourages CALNET, "
            "so compare the CALNET services first."
        )
        return Finding(ALLOWED_CALNET_ENCOURAGED, sentence, ("PO-2",))
    if purchase.buyer is not STANDING_OPEN or purchase.source is CALNET:
        return None
    if purchase.is_exempted:
        return None
    sentence = (
        "The Department has not said whether this agency is exempt: "
        "order it from CALNET, or ask STND for a ruling first."
    )
    return Finding(RULING_NEEDED, sentence, ("PO-2",))


def po_3(purchase: Purchase) -> Finding | None:
    """Only the Department says whether a service is mandatory; nobody else may assume it."""
    if purchase.designation is not DESIGNATION_OPEN:
        return None
    if purchase.buyer not in (NON_EXEMPT, STANDING_OPEN):
        return None
    if purchase.source is CALNET:
        sentence = (
            "The Department has not said whether this service is mandatory: "
            "CALNET is right either way; order it on a STD. 20 sent to the contractor."
        )
        return Finding(ALLOWED, sentence, ("PO-3",))
    if purchase.is_exempted:
        return None
    sentence = (
        "The Department has not said whether this service is mandatory: "
        "order it from CALNET, or ask STND for a ruling first."
    )
    return Finding(RULING_NEEDED, sentence, ("PO-3",))


def po_4_1(purchase: Purchase) -> Finding | None:
    """A non-state agency is free, but for services on its ATO in the two years from approval."""
    if purchase.buyer is not NON_STATE:
        return None
    if purchase.source is CALNET:
        return _po_4_1_calnet(purchase)
    window = purchase.window
    if window and window[0] <= purchase.on < window[1]:
        sentence = (
            f"Listed on your ATO: exclusive to CALNET through {in_words(last_day(window[1]))}; "
            f"from {in_words(window[1])} the choice is yours."
        )
        return Finding(EXCLUSIVE_TO_CALNET, sentence, ("PO-4.1",), window[1])
    if purchase.action is LEAVE:
        return None
    sentence = "The State sets no limit on where a non-state agency buys this service today."
    return Finding(ALLOWED, sentence, ("PO-4.1",))


def _po_4_1_calnet(purchase: Purchase) -> Finding:
    window = purchase.window
    if window and window[0] <= purchase.on:
        sentence = (
            "Listed on your ATO, which the State has approved: order it on a STD. 20, "
            "or on your own purchasing document."
        )
        return Finding(ALLOWED, sentence, ("PO-4.1",))
    sentence = "CALNET needs an ATO first that lists this service and is approved by the State."
    return Finding(ATO_REQUIRED, sentence, ("PO-4.1",))


def po_4_2(purchase: Purchase) -> Finding | None:
    """After the two years a local agency may leave CALNET with 30 calendar days' notice."""
    if purchase.buyer is not NON_STATE or purchase.source is CALNET:
        return None
    window = purchase.window
    if purchase.action is LEAVE:
        if window and window[0] <= purchase.on < window[1]:
            sentence = f"Notice to leave CALNET may be given from {in_words(window[1])}."
            return Finding(EXCLUSIVE_TO_CALNET, sentence, ("PO-4.2",), window[1])
        end = notice_end(purchase.on)
        sentence = (
            f"With notice given on {in_words(purchase.on)}, "
            f"the service may end 30 calendar days later, on {in_words(end)}."
        )
        return Finding(ALLOWED, sentence, ("PO-4.2",), end)
    if window is None or purchase.on < window[1]:
        return None
    sentence = (
        f"The two years on CALNET ended on {in_words(last_day(window[1]))}; "
        "ending the CALNET service takes 30 calendar days' notice."
    )
    return Finding(ALLOWED, sentence, ("PO-4.2",))


def po_4_3(purchase: Purchase) -> Finding | None:
    """For services on its ATO a local agency may use the STD. 20 or its own purchasing document."""
    if purchase.buyer is not NON_STATE or purchase.source is not CALNET:
        return None
    window = purchase.window
    if window is None or purchase.on < window[0]:
        return None
    sentence = "A STD. 20 is encouraged; any locally authorized purchasing document will do."
    return Finding(ALLOWED, sentence, ("PO-4.3",))


def re_2(purchase: Purchase) -> Finding | None:
    """Non-exempt agencies must order the services on the mandatory lists from CALNET."""
    if purchase.buyer is not NON_EXEMPT:
        return None
    if purchase.designation is not MANDATORY:
        return None
    sentence = "On the mandatory list: a non-exempt agency must order it from CALNET."
    if purchase.source is CALNET:
        return Finding(ALLOWED, sentence, ("RE-2",))
    if purchase.is_exempted:
        return None
    return Finding(EXEMPTION_REQUIRED, sentence, ("RE-2",))


def pr_1(purchase: Purchase) -> Finding | None:
    """A State agency orders mandatory services on a STD. 20 sent to the supplying vendor."""
    if purchase.buyer is NON_STATE or purchase.source is not CALNET:
        return None
    if purchase.designation is not MANDATORY:
        return None
    sentence = "The order goes on a STD. 20 to the contractor."
    return Finding(ALLOWED, sentence, ("PR-1",))


def pr_2(purchase: Purchase) -> Finding | None:
    """Mandatory services from elsewhere need a written exemption request to the Deputy Director."""
    if purchase.source is CALNET or purchase.designation is NON_MANDATORY:
        return None
    if purchase.buyer not in (NON_EXEMPT, STANDING_OPEN):
        return None
    until = purchase.exemption.until
    if until and purchase.is_exempted:
        sentence = (
            "Allowed elsewhere under the approved exemption, "
            f"whose last day is {in_words(last_day(until))}."
        )
        return Finding(ALLOWED_UNDER_EXEMPTION, sentence, ("PR-2",), until)
    if purchase.buyer is STANDING_OPEN or purchase.designation is DESIGNATION_OPEN:
        return None
    sentence = "Elsewhere takes a written exemption request to the Deputy Director of STND."
    return Finding(EXEMPTION_REQUIRED, sentence, ("PR-2",))
