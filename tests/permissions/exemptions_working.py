"""Exemption requests: the queue of STND, its work on a request, the answer, the decision."""

from typing import Any

from exemptions.models import ExemptionRequest, Recommendation, RequestState
from orders.models import Order
from tests.exemptions.stage_case import stage_request
from tests.factories import PASSWORD
from tests.orders.factories import World

State = RequestState
KEY = "3f2b1c54-8a0e-4b7e-9d3e-6a1f0c5d7e21"

TABLE = """
exemptions:queue      -                   GET  403 403 403 403 403 403 200 200 200 302 403 200
exemptions:queue      -                   POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:queue-csv  -                   GET  403 403 403 403 403 403 200 200 200 302 403 200
exemptions:queue-csv  -                   POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:queue-xlsx -                   GET  403 403 403 403 403 403 200 200 200 302 403 200
exemptions:queue-xlsx -                   POST 405 405 405 405 405 405 405 405 405 302 405 405
exemptions:assign     exemption_sent      GET  403 403 404 404 404 404 200 403 403 302 403 403
exemptions:assign     exemption_sent      POST 403 403 404 404 404 404 302 403 403 302 403 403
exemptions:assign     exemption           GET  403 403 404 404 404 404 404 404 404 302 403 404
exemptions:ask        exemption_reviewed  GET  403 403 404 404 404 404 200 403 403 302 403 403
exemptions:ask        exemption_reviewed  POST 403 403 404 404 404 404 302 403 403 302 403 403
exemptions:ask        exemption_sent      GET  403 403 404 404 404 404 302 403 403 302 403 403
exemptions:answer     exemption_asked     GET  200 200 404 404 404 404 403 403 403 302 200 403
exemptions:answer     exemption_asked     POST 302 302 404 404 404 404 403 403 403 302 302 403
exemptions:answer     exemption_sent      GET  302 302 404 404 404 404 403 403 403 302 302 403
exemptions:note       exemption_sent      GET  403 403 404 404 404 404 200 200 403 302 403 200
exemptions:note       exemption_sent      POST 403 403 404 404 404 404 302 302 403 302 403 302
exemptions:recommend  exemption_reviewed  GET  403 403 404 404 404 404 200 403 403 302 403 403
exemptions:recommend  exemption_reviewed  POST 403 403 404 404 404 404 302 403 403 302 403 403
exemptions:recommend  exemption_sent      GET  403 403 404 404 404 404 302 403 403 302 403 403
exemptions:take-question-back exemption_asked GET  405 405 405 405 405 405 405 405 405 302 405 405
exemptions:take-question-back exemption_asked POST 403 403 404 404 404 404 302 302 403 302 403 302
exemptions:decide     exemption_advised   GET  403 403 404 404 404 404 403 200 403 302 403 200
exemptions:decide     exemption_advised   POST 403 403 404 404 404 404 403 302 403 302 403 302
exemptions:decide     exemption_reviewed  GET  403 403 404 404 404 404 403 302 403 302 403 302
exemptions:decide     exemption           POST 403 403 404 404 404 404 404 404 404 302 403 404
exemptions:request    exemption_advised   GET  200 200 404 404 404 404 200 200 200 302 200 200
exemptions:request    exemption_asked     GET  200 200 404 404 404 404 200 200 200 302 200 200
"""

DOWNLOADS: set[str] = set()
UNRECORDED: set[str] = set()
FILES = {"exemptions:queue-csv", "exemptions:queue-xlsx"}
BUTTONS: dict[str, dict[str, str]] = {
    "catr": {"exemptions:answer": "Send the answer"},
    "stnd": {
        "exemptions:assign": "Hand over",
        "exemptions:ask": "Send the question",
        "exemptions:note": "Keep the note",
        "exemptions:recommend": "Recommend",
    },
    "deputy": {"exemptions:decide": "Decide"},
}


def places(world: World, orders: dict[str, Order]) -> dict[str, dict[str, int]]:
    """A request in review, one with a question open, and one that is recommended on."""
    asked = stage_request(world, State.QUESTION_OUT, "Backhaul at Bear Valley")
    return {
        "exemption_reviewed": {
            "pk": stage_request(world, State.IN_REVIEW, "Backhaul at Donner Pass").pk
        },
        "exemption_asked": {"pk": asked.pk, "question": asked.questions.get().pk},
        "exemption_advised": {
            "pk": stage_request(world, State.RECOMMENDED, "Backhaul at Mount Shasta").pk
        },
    }


def forms(world: World, order: Order) -> dict[str, dict[str, Any]]:
    """A form that lacks nothing for each address, by its name."""
    asked = ExemptionRequest.objects.filter(state=State.QUESTION_OUT).first()
    recommendation = Recommendation.objects.filter(request__state=State.RECOMMENDED).first()
    if asked is None or recommendation is None:
        return {}
    denial = {
        "outcome": "denied",
        "reasons_denial": ["calnet_meets_need"],
        "reasoning": "AT&T serves the summit.",
    }
    return {
        "exemptions:assign": {"analyst": world.stnd.pk},
        "exemptions:ask": {"text": "Which sites?"},
        "exemptions:answer": {"question": asked.questions.get().pk, "text": "Both."},
        "exemptions:note": {"text": "They asked before."},
        "exemptions:recommend": denial,
        "exemptions:decide": denial
        | {
            "recommendation": recommendation.pk,
            "key": KEY,
            "rows": 0,
            "password": PASSWORD,
        },
    }
