"""The words of the field, with where each meaning comes from."""

from dataclasses import dataclass

CHAPTER = "STMM 0400.1, revised July 1, 2013"
STMM_GLOSSARY = "STMM glossary, cdt.ca.gov/services/calnet-policies/stmm-glossary"
STMM_0300 = "STMM 0300.0, cdt.ca.gov/services/calnet-policies/stmm-chapter-0300-0"
STMM_3_501 = "STMM 3-501.0, cdt.ca.gov/services/calnet-policies/stmm-chapter-3-501-0"
STD_20 = "Form STD. 20 (Rev. 9/2017)"
SAM_4605 = "SAM 4605 (New 07/2023)"
THIS_SITE = "This site"


@dataclass(frozen=True)
class Term:
    """`name` is the long form; `short` the abbreviation people say, often empty."""

    key: str
    name: str
    short: str
    meaning: str
    source: str

    @property
    def heading(self) -> str:
        return f"{self.name} ({self.short})" if self.short else self.name


_TERMS = (
    Term(
        "admin-fee",
        "Administrative fee",
        "",
        "A fee set by the CALNET office and collected by the contractor inside its charges to the "
        "customer. It is not in catalog prices, and this site never mixes the two.",
        "CALNET contract clause “Contract Administrative Fee”",
    ),
    Term(
        "aio",
        "Agency Information Officer",
        "AIO",
        "The officer of a department who signs and submits its request for an exemption.",
        STMM_3_501,
    ),
    Term(
        "appointment",
        "Appointment",
        "",
        "A person’s authority at an agency, from one day to another: as CATR or ATR by form "
        "CDT-965. On this site nobody signs without an appointment in effect that day.",
        STMM_0300,
    ),
    Term(
        "exemption",
        "Approved exemption",
        "",
        "The Deputy Director’s approval, given beforehand, for a non-exempt State agency to buy "
        "a mandatory (Required) service elsewhere, for one project and for a limited time. "
        "Not the same as an exempt agency.",
        f"{CHAPTER}, Procedures; {SAM_4605}",
    ),
    Term(
        "atr",
        "Agency Telecommunications Representative",
        "ATR",
        "A person authorized to order telephone and data network services for an agency. The "
        "agency’s CATR may appoint one or more.",
        f"{STMM_GLOSSARY}; {STMM_0300}",
    ),
    Term(
        "ato",
        "Authorization To Order",
        "ATO",
        "The agreement by which a local, federal or other non-State agency may buy from one "
        "CALNET contract. It lists the services. From the State’s approval, the services on the "
        "initial ATO are bought only from CALNET for two years.",
        f"{STMM_GLOSSARY}; {CHAPTER}, Policy",
    ),
    Term(
        "calnet",
        "CALNET",
        "",
        "The State’s master contracts for telecommunications and network services, run by the "
        "Department of Technology and open to all public agencies.",
        f"{CHAPTER}; Government Code section 11541",
    ),
    Term(
        "cdt-965",
        "CATR/ATR Designation Form",
        "CDT-965",
        "The form that registers an agency’s CATR and ATRs and gives them authority to approve "
        "purchases.",
        STMM_0300,
    ),
    Term(
        "catr",
        "Chief Agency Telecommunications Representative",
        "CATR",
        "A State agency’s single point of contact with CALNET, a supervisor or above. Formerly "
        "called the primary ATR.",
        STMM_0300,
    ),
    Term(
        "deputy-director",
        "Deputy Director",
        "",
        "The official of the Department of Technology to whom a written exemption request is "
        "addressed, and who decides it.",
        f"{CHAPTER}, Procedures",
    ),
    Term(
        "designation",
        "Designation",
        "",
        "What the Department says of a service under a contract: mandatory (today called "
        "Required), non-mandatory (today called Discretionary), or nothing yet (undetermined). "
        "Where it has said nothing, this site never assumes that a service is optional.",
        f"{CHAPTER}, Purpose and Policy; {STMM_3_501}",
    ),
    Term(
        "determination",
        "Determination",
        "",
        "What STMM 0400.1 says of one order line, with the facts it looked at and the sentences "
        "it rests on. It is stored when the order is signed and never changed.",
        THIS_SITE,
    ),
    Term(
        "exempt-agency",
        "Exempt agency",
        "",
        "A State entity that is encouraged, but not required, to use CALNET for mandatory "
        "services, such as one headed by a constitutional officer. Not the same as an approved "
        "exemption.",
        f"{CHAPTER}, Policy; {STMM_3_501}",
    ),
    Term(
        "delegation",
        "General Telecommunications Delegation",
        "",
        "The Department’s permission to buy outside CALNET. Since 2023 every approved exemption "
        "needs one as well.",
        f"{SAM_4605}, with SAM 4603",
    ),
    Term(
        "msa",
        "Master Services Agreement",
        "MSA",
        "A CALNET contract between the State and a contractor, from which agencies order.",
        f"{CHAPTER}, Purpose",
    ),
    Term(
        "mrc",
        "Monthly Recurring Cost",
        "MRC",
        "What a service costs each month.",
        f"{STD_20}, section 7",
    ),
    Term(
        "nrc",
        "Non Recurring Cost",
        "NRC",
        "What a service costs once, for example to install it.",
        f"{STD_20}, section 7",
    ),
    Term(
        "nespa",
        "Non-State Entity Service Policy and Agreement",
        "NESPA",
        "The agreement that a non-State agency signs once, before its first ATO.",
        "San Bernardino County Board of Supervisors, September 14, 2021",
    ),
    Term(
        "matrix",
        "Price and services matrix",
        "",
        "The contractor’s published list of services and prices for one module or category. It "
        "says which services are mandatory.",
        f"{CHAPTER}, Purpose",
    ),
    Term(
        "standing",
        "Standing",
        "",
        "Whether a State entity is exempt, non-exempt or undetermined on a given day. The "
        "Department sets it; it is never guessed from a name.",
        f"{CHAPTER}, Policy; {STMM_3_501}",
    ),
    Term(
        "stnd",
        "Statewide Telecommunications and Network Division",
        "STND",
        "The division of the Department of Technology that runs CALNET and receives exemption "
        "requests.",
        f"{CHAPTER}, Procedures",
    ),
    Term(
        "std-65",
        "STD. 65",
        "",
        "The State’s purchase form for equipment. A STD. 20 for equipment needs one with it.",
        f"{STD_20}, section 3",
    ),
    Term(
        "std-20",
        "Telecommunications Service Request",
        "STD. 20",
        "The form by which an agency orders CALNET services, sent to the contractor. It is for "
        "one contractor and is signed by the agency’s CATR or an ATR.",
        f"{STD_20}; {CHAPTER}, Procedures",
    ),
)

GLOSSARY = {term.key: term for term in sorted(_TERMS, key=lambda term: term.name.casefold())}
