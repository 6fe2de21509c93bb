/* Printing. Printing from the browser needs a script, so its buttons are hidden until this one runs. A printer at the
   server needs only a form, which this sends without leaving the page. If anything goes wrong, the page stays, with
   the number on it. */
(() => {
  "use strict";
  const find = (id) => document.getElementById(id);
  const page = document.documentElement;

  function begin() {
    const row = find("print-row");
    if (row) row.hidden = false;
  }
  begin();
  document.addEventListener("page", begin);

  addEventListener("click", ({ target }) => {
    const button = target.closest("#print-row button");
    if (!button) return;
    if (button.id === "print-number") page.dataset.only = "number";
    print();
  });
  addEventListener("afterprint", () => delete page.dataset.only);

  addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.id !== "print-form") return;
    event.preventDefault();
    const wish = new URLSearchParams(new FormData(form, event.submitter));
    for (const button of form.elements) button.disabled = true; // a child may press it repeatedly
    let printed = false;
    try {
      printed = (await fetch(form.action, { method: "POST", body: wish })).ok;
    } catch {
      printed = false; // no server: show the same sentence as for no paper
    }
    if (!form.isConnected) return; // another page is shown now
    find("handout").dataset.printed = printed ? "yes" : "no";
    const told = find("told");
    told.append(...told.children); // inserted again, so that it is announced and the page is measured again
    find("slip").scrollIntoView({ block: "nearest" });
    for (const button of form.elements) button.disabled = false;
  });
})();
