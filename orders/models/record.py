from typing import ClassVar

from django.conf import settings
from django.db import models

from orders.models.decided import StoredDecision
from orders.models.order import Order, OrderLine
from stmm.agencies.models import Appointment


class Signature(models.Model):
    """Who signed an order, as what, when, and exactly what. Never changed.

    Name, title and addresses are as they were; `content` is the canonical JSON of the
    order that was signed and `sha256` its hash. Section 6 of the form prints it for State
    orders; other agencies' orders have no attestation and leave section 6 empty.
    """

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="signature")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=60)
    name = models.CharField(max_length=150)
    title = models.CharField(max_length=150, blank=True)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    fax = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=2, blank=True)
    zip_code = models.CharField(max_length=10, blank=True)
    at = models.DateTimeField()
    attestation = models.CharField(max_length=200)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(sha256="") & ~models.Q(content=""),
                name="signature_has_its_content",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.role}"


class Determination(StoredDecision):
    """What Chapter 0400.1 said of one order line that was signed. Never edited."""

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="determinations")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = (
            models.UniqueConstraint(fields=["line"], name="one_determination_a_signed_line"),
        )

    def __str__(self) -> str:
        return f"{self.line}: {self.headline}"
