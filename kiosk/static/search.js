/* Search as one types, on big letter keys. What is typed goes in a request body to our own server, never into an
   address, and no history entry is made. Without script the form works by itself. */
(() => {
  "use strict";
  const form = document.getElementById("search");
  const field = document.getElementById("q");
  const keys = document.getElementById("keys");
  const results = document.getElementById("results");
  // Trusted Types: our own server's page is the only HTML that this script ever parses.
  const policy = globalThis.trustedTypes?.createPolicy("kiosk", { createHTML: (text) => text });
  let asked = 0;
  let soon;

  async function ask() {
    clearTimeout(soon);
    asked += 1;
    const mine = asked;
    if (!field.value.trim()) return results.replaceChildren();
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams({ q: field.value }) });
    const text = await answer.text();
    if (mine !== asked) return; // a later question is on its way
    const page = new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, "text/html");
    results.replaceChildren(...page.getElementById("results").childNodes);
  }

  function later() {
    clearTimeout(soon);
    soon = setTimeout(ask, 150);
  }

  function type(key) {
    if (key === "back") field.value = field.value.slice(0, -1);
    else if (key === "empty") field.value = "";
    else if (field.value.length < field.maxLength) field.value += key;
    later();
  }

  function key(label, value, wide) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = wide ? "key wide" : "key";
    button.textContent = label;
    button.addEventListener("click", () => type(value));
    return button;
  }

  const rows = ["1234567890", "qwertyuiop", document.documentElement.lang === "es" ? "asdfghjklñ" : "asdfghjkl", "zxcvbnm"];
  for (const row of rows) {
    const line = document.createElement("div");
    line.className = row.startsWith("1") ? "key-row digits" : "key-row";
    line.append(...[...row].map((letter) => key(letter, letter, false)));
    if (row.startsWith("z")) line.append(key(keys.dataset.back, "back", true));
    keys.append(line);
  }
  const last = document.createElement("div");
  last.className = "key-row";
  last.append(key(keys.dataset.space, " ", true), key(keys.dataset.empty, "empty", true));
  keys.append(last);
  keys.hidden = false;
  field.inputMode = "none"; // our keys are there; the system's would open a way out of the kiosk
  field.addEventListener("input", later);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
})();
