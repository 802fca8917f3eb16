"""What tests of pages ask of an answer."""

import re
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from orders.models import Order
from stmm.accounts.models import User
from tests.factories import signed_in

Answer = Any  # the test client's response: its stubs differ from what it gives


def page(user: User, name: str, *args: object, **query: str) -> Answer:
    return signed_in(user).get(reverse(name, args=args), query)


def post(user: User | Client, name: str, *args: object, **data: object) -> Answer:
    """As the browser sends the form."""
    client = user if isinstance(user, Client) else signed_in(user)
    return client.post(reverse(name, args=args), data)


def got(browser: Client, url: str, **query: str) -> Answer:
    """What a browser that is signed in gets there."""
    return browser.get(url, query)


def text(answer: HttpResponse) -> str:
    """What a reader sees of the page's main part, on one line."""
    html = answer.content.decode()
    html = re.sub(r"(?s)<(style|script).*?</\1>", " ", html)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def messages(answer: Answer) -> list[str]:
    return [str(message) for message in answer.wsgi_request._messages]


def errors(answer: Answer) -> dict[str, list[str]]:
    return {
        field: [str(message) for message in found]
        for field, found in answer.context["form"].errors.items()
    }


def step_states(answer: Answer) -> dict[str, str]:
    """Of each step at the top of the page: done, current or todo."""
    return {step.name: step.state for step in answer.context["steps"]}


def goes_to(answer: Answer, name: str, *args: object) -> bool:
    return bool(answer.status_code == 302 and answer["Location"] == reverse(name, args=args))


def again(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)
