// Comfort only: every page works without this file.
(() => {
  "use strict";

  // The menu starts open in the page, so that without script nothing is out of reach.
  const button = document.querySelector(".menu-button");
  if (button) {
    const show = (open) => button.setAttribute("aria-expanded", String(open));
    button.hidden = false;
    button.addEventListener("click", () => show(button.getAttribute("aria-expanded") === "false"));
    button.closest("nav").addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        show(false);
        button.focus();
      }
    });
  }

  // A refused form speaks first: its summary gets the focus, after a load and after a swap.
  const focusProblems = (root) => {
    const summary = root.querySelector(".error-summary");
    if (summary) summary.focus();
  };
  focusProblems(document);
  document.addEventListener("htmx:afterSettle", (event) => focusProblems(event.target));
})();
