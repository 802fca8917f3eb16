"""What the catalogue's pages are told from above: what the manual says to a person's agency."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from catalog.models import Service
from stmm.agencies.access import Access
from stmm.agencies.models import Agency
from stmm.policy.decision import Decision
from stmm.policy.facts import Buyer


class Advice(Protocol):
    """Whose agency, its standing, and by service key: may it be bought elsewhere today?"""

    @property
    def agency(self) -> Agency: ...

    @property
    def buyer(self) -> Buyer: ...

    @property
    def decisions(self) -> Mapping[int, Decision]: ...


# None for people who order for no agency
Advise = Callable[[Access, Iterable[Service]], Advice | None]
