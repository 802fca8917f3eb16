"""A person who has a keyboard and no mouse."""

from playwright.sync_api import Locator, Page, expect

# More stops than any page has
STOPS = 150
MARKED = """element => {
  const style = getComputedStyle(element);
  return style.outlineStyle !== "none" || style.boxShadow !== "none";
}"""


class Keyboard:
    """Goes through a page by Tab alone; each stop has to show that it is the one."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator) -> None:
        """Tab until `target` has the focus, from wherever the focus is."""
        expect(target).to_have_count(1)
        for _ in range(STOPS):
            if target.evaluate("element => element === document.activeElement"):
                assert target.evaluate(MARKED), f"Nothing shows that the focus is on {target}"
                expect(target).to_be_in_viewport()
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never comes to {target} on {self.page.url}")

    def follow(self, name: str) -> None:
        self.reach(self.page.get_by_role("link", name=name))
        self.page.keyboard.press("Enter")

    def press(self, name: str) -> None:
        self.reach(self.page.get_by_role("button", name=name))
        self.page.keyboard.press("Enter")

    def type(self, label: str, text: str) -> None:
        """Put `text` in place of what is in a field."""
        self.reach(self.page.get_by_label(label))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def tick(self, label: str) -> None:
        box = self.page.get_by_label(label)
        self.reach(box)
        self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def arrive(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
