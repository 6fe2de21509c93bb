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

  /* What the server found; undefined where it gave no results page, and then the page's own crisis lines stand in. */
  async function answer(words) {
    try {
      const response = await fetch(form.action, { method: "POST", body: new URLSearchParams({ q: words }) });
      const text = await response.text();
      const page = new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, "text/html");
      return page.getElementById("results")?.childNodes;
    } catch {
      return undefined;
    }
  }

  async function ask() {
    clearTimeout(soon);
    asked += 1;
    const mine = asked;
    if (!field.value.trim()) return results.replaceChildren();
    const found = await answer(field.value);
    if (mine !== asked) return; // a later question is on its way
    results.replaceChildren(...(found ?? document.getElementById("lines").content.cloneNode(true).childNodes));
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
  const swap = document.createElement("button");
  swap.type = "button";
  swap.className = "key swap";
  swap.textContent = "123";
  swap.addEventListener("click", () => {
    swap.textContent = keys.classList.toggle("digits-on") ? "ABC" : "123";
  });
  last.append(swap, key(keys.dataset.space, " ", true), key(keys.dataset.empty, "empty", true));
  keys.append(last);
  keys.hidden = false;
  field.inputMode = "none"; // our keys are there; the system's would open a way out of the kiosk
  field.addEventListener("input", later);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
})();
