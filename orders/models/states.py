from django.db import models


class State(models.TextChoices):
    DRAFT = "draft", "Draft"
    REVIEW = "review", "Waiting for signature"
    SIGNED = "signed", "Signed, being prepared"
    ROUTED = "routed", "Sent to contractor"
    ABANDONED = "abandoned", "Abandoned"


# Begun, and not yet done with: what changes in the catalogue concerns them
UNFINISHED_STATES = frozenset({State.DRAFT, State.REVIEW, State.SIGNED, State.ROUTED})
# What a contractor's order desk may see
SENT_STATES = frozenset({State.ROUTED})
