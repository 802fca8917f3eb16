"""A whole order on one page: typed, checked, signed or handed over."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render

from catalog.matrix.problem import Problem as CellProblem
from catalog.models import Contract
from orders.completeness.order import problems_of
from orders.compliance.decisions import contracts_open_to
from orders.documents.std20 import ATTESTATION
from orders.files.many_lines import MOST_LINES
from orders.forms.making.express import ExpressForm
from orders.forms.signing import ConfirmForm
from orders.models import Order, State
from orders.permissions.order import may_order_for
from orders.reading.order import ShownLines, as_judged
from orders.services.making import drafting, filing
from orders.services.making.filing import Asked, Drawn
from orders.services.making.many_lines import RowsRefused
from orders.signing_rules import Word, contents_of, word_on
from orders.views.signing.deciding import knows_password
from stmm.agencies.middleware import Request
from stmm.agencies.models import Agency, BillingAccount
from stmm.look.answering import form_page
from stmm.refusals import ChangedMeanwhile, Incomplete, Problem

SHOWN = 200
CHECK, SIGN, HAND_OVER = "check", "sign", "hand-over"
# Where on the page each step of the long way is mended
_FIELD = {
    "contractor": "contract",
    "lines": "text",
    "where": "requested_address",
    "contacts": "contact_name",
    "agency_request_number": "agency_request_number",
}
# What the next order most often has of the one before
_AGAIN = (
    "division", "general_services_code", "contact_name", "contact_phone", "contact_fax",
    "contact_email", "requested_address", "billing_address",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """The order as it would go out, and what keeps it back."""

    drawn: Drawn
    shown: ShownLines
    word: Word
    problems: tuple[Problem, ...]


@form_page
def express(request: Request) -> HttpResponse:
    agencies = request.access.ordering_agencies
    if not agencies:
        raise PermissionDenied("Only a CATR, an ATR or an authorized purchaser makes orders.")
    asked = request.POST.get("agency") if request.method == "POST" else request.GET.get("agency")
    agency = agencies[0] if len(agencies) == 1 and asked is None else _named(agencies, asked)
    if agency is None and request.method == "POST":
        raise PermissionDenied("You don’t order for this agency today.")
    if agency is None:
        return render(request, "orders/making/express/agency.html", {"agencies": agencies})
    if request.method == "POST":
        return _sent(request, agency)
    return _page(request, agency, _begun(request, agency), ConfirmForm())


def _named(agencies: tuple[Agency, ...], key: str | None) -> Agency | None:
    return next((agency for agency in agencies if str(agency.pk) == key), None)


def _begun(request: Request, agency: Agency) -> ExpressForm:
    """As the person's last order for the agency has it, or its address book."""
    orders = Order.objects.filter(agency=agency, created_by=request.user)
    last = orders.exclude(state=State.ABANDONED).first()
    known = drafting.first_fields(agency, request.user)
    if last is not None:
        known |= {name: getattr(last, name) for name in _AGAIN}
    chosen = {"agency": agency.pk, "contract": request.GET.get("contract")}
    return ExpressForm(on=request.today, initial=known | chosen)


def _sent(request: Request, agency: Agency) -> HttpResponse:
    form, act = ExpressForm(request.POST, on=request.today), request.POST.get("do", CHECK)
    confirm = ConfirmForm(request.POST if act == SIGN else None)
    problems: tuple[CellProblem, ...] = ()
    if form.is_valid():
        try:
            if act == CHECK or (act == SIGN and not _is_confirmed(request, confirm)):
                checked = _checked(request, form.asked(agency))
                return _page(request, agency, form, confirm, checked=checked)
            return _done(request, form.asked(agency), act)
        except RowsRefused as refusal:
            problems = refusal.problems
            form.add_error("text", str(refusal))
        except Contract.DoesNotExist:
            form.add_error("contract", "Choose a contract of the list.")
        except (ChangedMeanwhile, Incomplete) as refusal:
            checked = _checked(request, form.asked(agency))
            if not checked.problems:
                form.add_error(None, str(refusal))
            return _page(request, agency, form, confirm, checked=checked)
    return _page(request, agency, form, confirm, problems=problems)


def _is_confirmed(request: Request, confirm: ConfirmForm) -> bool:
    return confirm.is_valid() and knows_password(request, confirm)


def _done(request: Request, asked: Asked, act: str) -> HttpResponse:
    service = filing.file if act == SIGN else filing.file_for_signature
    seen = request.POST.get("seen", "")
    order = service(asked, seen=seen, access=request.access, at=request.at)
    if act == SIGN:
        messages.success(request, f"{order} is signed. The form is being prepared and sent.")
    else:
        messages.success(request, f"{order} waits for a signature.")
    return redirect("orders:detail", order.pk)


def _checked(request: Request, asked: Asked) -> Checked:
    """The order of a valid form as it stands now; nothing is stored. Raises as `draw_up`."""
    drawn = filing.draw_up(asked, access=request.access, at=request.at)
    order, lines, grounds = drawn.order, drawn.lines, drawn.grounds
    shown = as_judged(lines, grounds)
    problems = problems_of(order, lines, grounds, on=request.today)
    holder = drafting.holder_of(order.agency, order.agency_request_number)
    if holder is not None and holder.creation_key != order.creation_key:
        problems += drafting.NumberInUse(holder).problems
    word = word_on(order, contents_of(shown), request.access)
    return Checked(drawn, shown, word, tuple(problems))


def _page(
    request: Request,
    agency: Agency,
    form: ExpressForm,
    confirm: ConfirmForm,
    *,
    checked: Checked | None = None,
    problems: tuple[CellProblem, ...] = (),
) -> HttpResponse:
    contracts = contracts_open_to(agency, on=request.today)
    form.offer(contracts)
    for problem in checked.problems if checked else ():
        form.add_error(_FIELD.get(problem.step), problem.message)
    context = {
        "agency": agency,
        "form": form,
        "confirm": confirm,
        "contracts": contracts,
        "checked": checked,
        "problems": problems[:SHOWN],
        "more_problems": len(problems[SHOWN:]),
        "most": MOST_LINES,
        "accounts": BillingAccount.objects.filter(agency=agency, is_in_use=True),
        "appointment": may_order_for(request.access, agency),
        "attestation": ATTESTATION if agency.is_state else "",
    }
    return render(request, "orders/making/express/page.html", context)
