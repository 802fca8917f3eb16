"""What a person can use of a page: its words, its links, its forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    action: str = ""
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)
    # Names of boxes and radio buttons that are not checked
    unchecked: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    button: str = ""


class Page(HTMLParser):
    """A page as someone without scripts gets it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: dict[str, str] = {}
        self.forms: list[Form] = []
        self._words: list[str] = []
        # The link, button, option or text area that is open, and where its words begin
        self._open: list[tuple[str, dict[str, str], int]] = []
        self._select = ""
        self._in_form = False
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._words).split())

    def form(self, button: str) -> Form:
        """The first form whose button begins with these words."""
        forms = [form for form in self.forms if form.button.startswith(button)]
        assert forms, f"No button {button!r}, only {[form.button for form in self.forms]}"
        return forms[0]

    def link(self, words: str) -> str:
        """Where the first link that begins with these words leads."""
        leads = [url for text, url in self.links.items() if text.startswith(words)]
        assert leads, f"No link {words!r}, only {list(self.links)}"
        return leads[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._in_form = True
            self.forms.append(Form(values.get("action", ""), values.get("method", "get").lower()))
        elif tag == "input" and self._in_form:
            self._input(values)
        elif tag == "select":
            self._select = values.get("name", "")
        elif tag in ("a", "button", "textarea", "option"):
            self._open.append((tag, values, len(self._words)))

    def _input(self, values: dict[str, str]) -> None:
        optional = values.get("type") in ("checkbox", "radio")
        if "name" in values and (not optional or "checked" in values):
            self.forms[-1].fields[values["name"]] = values.get("value", "on" if optional else "")
        elif optional:
            self.forms[-1].unchecked.add(values.get("name", ""))

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in_form = False
        if not self._open or self._open[-1][0] != tag:
            return
        _, values, start = self._open.pop()
        words = " ".join(" ".join(self._words[start:]).split())
        if tag == "a":
            self.links.setdefault(words, values.get("href", ""))
        elif self._in_form:
            self._fill(tag, values, words)

    def _fill(self, tag: str, values: dict[str, str], words: str) -> None:
        form = self.forms[-1]
        if tag == "button":
            form.button = form.button or words
        elif tag == "textarea":
            form.fields[values["name"]] = words
        elif "selected" in values:
            form.fields[self._select] = values.get("value", words)
