from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from catalog.demonstration import load_contracts, load_matrices
from catalog.models import Contractor, DeskMember
from exemptions.demonstration import load_exemptions
from orders.demonstration.exempted import load_exempted
from orders.demonstration.local_agencies import load_local_agencies
from orders.demonstration.stories import DAYS_BEFORE, load_orders
from stmm.accounts.models import User
from stmm.agencies.demonstration import load_state_agencies
from stmm.agencies.models import Agency, Appointment
from stmm.agencies.services import appoint

# A demonstration on one's own machine: the same for all, printed, of no use elsewhere
PASSWORD = "calnet-demonstration"  # noqa: S105
FROM = date(2024, 1, 2)
Role = Appointment.Role

# name, e-mail, title, role, agency code or name
PEOPLE = (
    ("Ana Reyes", "atr@chp.example", "Telecommunications Analyst", Role.ATR, "2720"),
    ("Marcus Webb", "catr@chp.example", "Telecommunications Manager", Role.CATR, "2720"),
    ("Ruth Ellis", "aio@chp.example", "Agency Information Officer", Role.AIO, "2720"),
    ("Joan Park", "atr@justice.example", "Network Supervisor", Role.ATR, "0820"),
    ("Tom Nguyen", "atr@dmv.example", "Telecommunications Analyst", Role.ATR, "2740"),
    ("Carla Voss", "aio@dmv.example", "Agency Information Officer", Role.AIO, "2740"),
    ("Luis Ortega", "it@merced.example", "IT Manager", Role.PURCHASER, "City of Merced"),
    ("Priya Nair", "analyst@cdt.example", "STND Analyst", Role.STND, "7502"),
    # Who uploads a matrix does not publish it
    ("Ben Torres", "publisher@cdt.example", "STND Analyst", Role.STND, "7502"),
    ("Helen Cho", "deputy.director@cdt.example", "Deputy Director", Role.DEPUTY_DIRECTOR, "7502"),
    ("Sam Ito", "delegate@cdt.example", "Branch Chief", Role.DEPUTY_DELEGATE, "7502"),
    ("Omar Haddad", "auditor@auditor.example", "Senior Auditor", Role.AUDITOR, "8855"),
)
DESKS = (
    ("Dana Fox", "desk@att.example", "Order Desk", "AT&T"),
    ("Rosa Kim", "desk@verizonwireless.example", "Order Desk", "Verizon Wireless"),
)


class Command(BaseCommand):
    help = "Load the demonstration: real agencies and contracts, sample prices, one login a role."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--without-orders", action="store_true", help="people and catalogue alone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            self.stdout.write("The demonstration is loaded already; its data are kept.")
        else:
            self._load(with_orders=not options["without_orders"])
        self._print_logins()

    @transaction.atomic
    def _load(self, *, with_orders: bool) -> None:
        now = timezone.now()
        # Orders of the last months are decided by what was known then
        at = now - timedelta(days=DAYS_BEFORE) if with_orders else now
        state = load_state_agencies(at=at)
        load_contracts(at=at)
        lines = load_matrices(at=at)
        atos = load_local_agencies(at=at)
        for name, email, title, role, agency in PEOPLE:
            appoint(
                user=self._person(name, email, title),
                agency=Agency.objects.get(code=agency)
                if agency.isdigit()
                else Agency.objects.get(name=agency),
                role=role,
                starts_on=FROM,
                actor=None,
                at=at,
            )
        for name, email, title, contractor in DESKS:
            DeskMember.objects.create(
                user=self._person(name, email, title),
                contractor=Contractor.objects.get(name=contractor),
                starts_on=FROM,
            )
        orders = load_orders(at=now) if with_orders else 0
        exemptions = load_exemptions(at=now) if with_orders else 0
        if with_orders:
            load_exempted(at=now)
            exemptions += 1
        self.stdout.write(
            f"{state} State agencies, {lines} catalogue lines, {atos} ATOs, {orders} orders,"
            f" {exemptions} exemption requests loaded."
        )

    def _person(self, name: str, email: str, title: str) -> User:
        return User.objects.create_user(
            email,
            PASSWORD,
            name=name,
            title=title,
            phone="(916) 555-0100",
            fax="(916) 555-0199",
            address="601 North 7th Street",
            city="Sacramento",
            zip_code="95811",
        )

    def _print_logins(self) -> None:
        self.stdout.write(f"\nSign in with the password {PASSWORD} as")
        for name, email, title, *_ in (*PEOPLE, *DESKS):
            self.stdout.write(f"  {email:30} {name}, {title}")
