import re
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from stmm.audit.models import Change
from stmm.look.templatetags import policy
from stmm.look.templatetags.look import TONES, shape
from stmm.policy.citations import Citation
from stmm.policy.findings import Outcome


def render(source: str, **context: object) -> str:
    text = Template("{% load look %}" + source).render(Context(context))
    return re.sub(r"\s+", " ", text)


DECISION = {
    "outcome": "exemption_required",
    "headline": "Mandatory from CALNET",
    "sentence": "Elsewhere only with an exemption.",
    "citations": (Citation("PR-2", "PROCEDURES", "To obtain <it>"),),
    "what_would_change_it": "An approved exemption.",
}


def test_a_decision_shows_its_words_its_shape_and_the_sentences_it_rests_on() -> None:
    html = render('{% load policy %}{% decision said "line 2" %}', said=SimpleNamespace(**DECISION))
    assert 'class="decision tone-attention"' in html
    assert "<svg" in html
    assert "<strong>Mandatory from CALNET.</strong>" in html
    assert "<blockquote>“To obtain &lt;it&gt;”</blockquote>" in html
    assert "PROCEDURES, paragraph 2" in html
    assert 'Why (PR-2)<span class="visually-hidden">: line 2</span>' in html
    assert "An approved exemption." in html


def test_every_outcome_has_a_tone() -> None:
    assert set(policy.TONES) == set(Outcome)
    assert set(policy.TONES.values()) <= set(TONES)


def test_a_status_is_a_word_with_a_shape() -> None:
    html = render('{% status "Signed" "allowed" %}')
    assert "<svg" in html
    assert "Signed</span>" in html


def test_a_status_of_an_unknown_tone_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a tone"):
        render('{% status "Signed" "green" %}')


def test_every_tone_has_its_own_shape() -> None:
    shapes = {shape(tone) for tone in TONES}
    assert len(shapes) == len(TONES)


def test_pages_of_a_list_keep_the_filters() -> None:
    html = render(
        "{% pagination page %}",
        page=Paginator(range(100), 10).get_page(5),
        request=RequestFactory().get("/orders", {"state": "signed", "page": "5"}),
    )
    assert 'href="?state=signed&amp;page=4"' in html
    assert 'href="?state=signed&amp;page=6"' in html
    assert re.search(r'href="\?state=signed&amp;page=5" aria-current="page"', html)
    assert "…" in html


def test_a_list_of_one_page_has_no_pagination() -> None:
    page = Paginator(range(3), 10).get_page(1)
    assert (
        render("{% pagination page %}", page=page, request=RequestFactory().get("/")).strip() == ""
    )


def entry(number: int, *changes: Change) -> SimpleNamespace:
    return SimpleNamespace(
        at=datetime(2026, 3, 2, 17, 12, tzinfo=UTC),
        actor_name="Maria Alvarez",
        label=f"Entry {number}",
        changes=list(changes),
        reason="",
    )


def test_the_history_says_who_when_and_what_changed() -> None:
    entries = [entry(1, Change("Quantity", "10", "12"), Change("Comment", "", "2nd floor"))]
    html = render('{% include "partials/history.html" %}', entries=entries)
    assert "March 2, 2026, 9:12 AM</time> · Maria Alvarez" in html
    assert "<del>10</del>" in html
    assert "<ins>12</ins>" in html
    assert "<ins>2nd floor</ins>" in html
    assert html.count("<del>") == 1


def test_a_long_history_folds_its_earlier_entries() -> None:
    html = render('{% include "partials/history.html" %}', entries=[entry(n) for n in range(1, 8)])
    assert html.index("Entry 5") < html.index("Earlier entries (2)") < html.index("Entry 6")


def test_very_many_changes_of_one_entry_are_folded() -> None:
    def shown(count: int) -> str:
        changes = [Change(f"Request #{number}", "", "12") for number in range(count)]
        return render('{% include "partials/history.html" %}', entries=[entry(1, *changes)])

    assert "<details>" not in shown(12)
    assert "13 changes" in shown(13)
    assert shown(13).count("<ins>") == 13


def test_the_step_one_is_at_is_marked_and_is_no_link() -> None:
    steps = [
        {"number": 1, "name": "Lines", "url": "/lines", "state": "done"},
        {"number": 2, "name": "Review", "url": "/review", "state": "current"},
        {"number": 3, "name": "Sign", "url": "", "state": "todo"},
    ]
    html = render('{% include "partials/steps.html" %}', steps=steps)
    assert 'class="step step-current" aria-current="step"' in html
    assert '<a href="/lines">' in html
    assert html.count("<a ") == 1
    assert '<span class="visually-hidden">done</span>' in html


def test_a_term_is_spelt_out_and_linked_to_the_glossary() -> None:
    assert render('{% term "atr" %}') == (
        'Agency Telecommunications Representative (<a class="term" href="/glossary#atr">ATR</a>)'
    )
    assert render('{% term "designation" %}').endswith('#designation">Designation</a>')


def test_money_in_a_template_is_escaped_once() -> None:
    assert "&lt;" not in render("{{ amount|money }}", amount=None)
    assert render("{{ amount|money }}", amount=Decimal(2)) == "$2.00"
