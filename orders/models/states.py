from django.db import models


class State(models.TextChoices):
    DRAFT = "draft", "Draft"
    REVIEW = "review", "Waiting for signature"
    SIGNED = "signed", "Signed, being prepared"
    ROUTED = "routed", "Sent to contractor"
    ABANDONED = "abandoned", "Abandoned"


# What a contractor's order desk may see
SENT_STATES = frozenset({State.ROUTED})
