/* Searches while a student types on big letter keys, using words that came with the page. Typing sends nothing to
   anyone, puts nothing in an address, and makes no history entry. A tap on Search asks a server on this machine, which
   knows the text line's rules, or one with a large directory; the words are in the body of the request. Without
   scripts, the form asks the server by itself. */
(() => {
  "use strict";
  const files = new Map();
  const base = document.getElementById("clear").pathname.replace(/.leave.?$/, "");
  const data = async (name) => {
    if (!files.has(name)) files.set(name, await (await fetch(`${base}/search/${name}.json`)).json());
    return files.get(name);
  };
  const ENOUGH = 4; // letters: others can see this screen, and "cut" may turn into "cute"
  const LOCAL = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname);
  const tells = (typed) => /[\u3400-\u9fff\uac00-\ud7af]/u.test(typed) || (typed.match(/[\p{L}\p{N}]/gu) ?? []).length >= ENOUGH;
  const copy = (id) => document.getElementById(id).content.cloneNode(true);

  function begin() {
    const form = document.getElementById("search");
    if (!form) return;
    const field = document.getElementById("q");
    const results = document.getElementById("results");
    const keys = document.getElementById("keys");
    const start = [...results.childNodes]; // topics to tap until something is typed
    const { lang, dataset } = document.documentElement;
    const modes = (dataset.mode ?? "").replaceAll(" ", "+");
    let soon;
    let search; // from words to [address, title, lead], once the words have loaded
    let broken = false;
    let asked; // the newest request, while its answer is awaited or shown

    Promise.all([data("words"), data(lang)]).then(([words, found]) => {
      const find = finder(words);
      search = (query) => find(query).map((number) => found[number]);
    }).catch(() => {
      broken = true;
    }).finally(() => asked?.status === 200 || show(Boolean(asked))); // the server's answer has more than these words find

    function row([href, title, lead]) {
      const made = copy("row");
      made.querySelector("a").href = base + (modes ? href.replace(/^\/[^/]+/, `$&/${modes}`) : href);
      made.querySelector("b").textContent = title;
      made.querySelector(".two > span").textContent = lead;
      return made;
    }

    /* Shows the results for the newest words, not an answer to older ones. `whole`: see show. */
    function ask(whole) {
      clearTimeout(soon);
      asked?.abort();
      asked = undefined;
      return show(whole);
    }

    /* Shows what the page's own words find. `whole`: even for a few letters, because Search was tapped. */
    function show(whole) {
      if (!form.isConnected) return undefined; // another page is shown
      // Keep what is there already: a finger or the focus may be on it when the words arrive.
      if (!field.value.trim() || !(whole || tells(field.value))) return results.firstChild === start[0] || results.replaceChildren(...start);
      if (broken) return results.replaceChildren(copy("lines")); // the page's own crisis lines replace the results
      if (!search) return undefined; // called again when the words have loaded
      const found = search(field.value);
      if (!found.length) return results.replaceChildren(copy("none"), ...start); // the crisis lines, and topics to tap
      const list = document.createElement("ul");
      list.className = "rows";
      list.append(...found.map(row));
      return results.replaceChildren(list);
    }

    /* Shows the results from the page that a browser without scripts would get. If there are none, keeps the current ones. */
    function widen(sent) {
      ask(true);
      if (!field.value.trim()) return;
      asked = new XMLHttpRequest();
      asked.responseType = "document";
      asked.onload = ({ target }) => {
        const found = target.status === 200 && target.response?.getElementById("results");
        if (!found) return;
        results.replaceChildren(...found.childNodes);
        if (document.activeElement !== field) folding.now(); // a tap on the field brought the keys back
        results.scrollIntoView({ block: "nearest" });
      };
      asked.open("POST", form.action);
      asked.send(new URLSearchParams(new FormData(sent)));
    }

    function later() {
      if (!field.value.trim()) folding.back();
      clearTimeout(soon);
      soon = setTimeout(() => ask(), 150);
    }

    function type(key) {
      if (key === "back") field.value = join(apart(field.value).slice(0, -1));
      else if (key === "empty") field.value = "";
      else if (field.value.length < field.maxLength) field.value = join(apart(field.value) + key);
      later();
    }

    const joins = keys.dataset.joins.split(" ").filter(Boolean).map((three) => [...three]);
    const join = (letters) => syllables(joins.reduce((text, [one, two, both]) => text.replaceAll(one + two, both), letters));
    const folding = folds(form, field, keys, results);
    lay(keys, type);
    field.inputMode = "none"; // we have our own keys; the system's keyboard would open a way out of the kiosk
    field.addEventListener("input", later);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (LOCAL || "services" in form.dataset) widen(form);
      else ask(true);
      folding.now();
    });
    results.addEventListener("submit", (event) => {
      event.preventDefault();
      widen(event.target);
    });
  }

  /* If keys and results do not fit on the screen together (kiosk.css), the keys disappear when Search is tapped, or
     when there are results and no key was tapped for a while. A tap on the field brings the keys back. */
  function folds(form, field, keys, results) {
    const PAUSE = 5000, SETTLE = 400; // milliseconds; SETTLE as in kiosk.js, so that a tap meant for a key does not hit a result
    let pause;

    function now() {
      clearTimeout(pause);
      if (!form.isConnected || !field.value.trim() || !results.querySelector(".row, .line")) return;
      if (form.classList.contains("folded")) return;
      form.classList.add("folded");
      const room = keys.checkVisibility(); // whether there is room for both
      form.classList.remove("folded");
      if (room) return;
      if (keys.contains(document.activeElement)) field.focus({ preventScroll: true });
      form.classList.add("folded");
      document.body.classList.add("new");
      setTimeout(() => document.body.classList.remove("new"), SETTLE);
    }

    function back() {
      clearTimeout(pause);
      form.classList.remove("folded", "lists");
    }

    keys.addEventListener("pointerdown", () => clearTimeout(pause)); // the keys must not disappear under a finger
    keys.addEventListener("click", (event) => {
      clearTimeout(pause);
      if (event.detail > 0) pause = setTimeout(() => results.querySelector(".rows") && now(), PAUSE); // not after a key on a keypad
    });
    field.addEventListener("focus", back);
    field.addEventListener("click", back);
    return { now, back };
  }

  /* Korean: combines letters into syllables during typing, and takes syllables apart for the next letter. */
  const LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
  const VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";
  const ENDS = ",ㄱ,ㄲ,ㄱㅅ,ㄴ,ㄴㅈ,ㄴㅎ,ㄷ,ㄹ,ㄹㄱ,ㄹㅁ,ㄹㅂ,ㄹㅅ,ㄹㅌ,ㄹㅍ,ㄹㅎ,ㅁ,ㅂ,ㅂㅅ,ㅅ,ㅆ,ㅇ,ㅈ,ㅊ,ㅋ,ㅌ,ㅍ,ㅎ".split(",");
  const END = ENDS.slice(1).sort((one, other) => other.length - one.length).join("|");
  const SYLLABLE = new RegExp(`([${LEADS}])([${VOWELS}])((?:${END})(?![${VOWELS}]))?`, "g");
  const syllables = (letters) => letters.replace(SYLLABLE, (_whole, lead, vowel, end = "") => (
    String.fromCharCode(0xac00 + (LEADS.indexOf(lead) * 21 + VOWELS.indexOf(vowel)) * 28 + ENDS.indexOf(end))));
  const apart = (text) => text.replace(/[\uac00-\ud7a3]/g, (syllable) => {
    const number = syllable.charCodeAt(0) - 0xac00;
    return LEADS[Math.floor(number / 588)] + VOWELS[Math.floor((number % 588) / 28)] + ENDS[number % 28];
  });

  /* The letter keys; each calls ``type`` with its letter. The language's own script comes before Latin letters. */
  function lay(keys, type) {
    const { latin, own, name, back, space, empty } = keys.dataset;

    function key(label, act, kind) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = `key ${kind}`.trim();
      button.textContent = label;
      button.addEventListener("click", () => act(button));
      return button;
    }
    const types = (label, value, kind = "") => key(label, () => type(value), kind);

    function row(kind, ...made) {
      const line = document.createElement("div");
      line.className = `key-row ${kind}`.trim();
      line.append(...made);
      keys.append(line);
    }
    const letters = (kind, rows) => {
      for (const line of rows.split(" ").filter(Boolean)) row(kind, ...[...line].map((letter) => types(letter, letter)));
    };

    row("digits", ...[..."1234567890"].map((digit) => types(digit, digit)));
    letters("own", own);
    letters("latin", latin);
    if (!own) keys.lastElementChild.append(types(back, "back", "wide"));
    const swap = key("123", (pressed) => {
      pressed.textContent = keys.classList.toggle("digits-on") ? "ABC" : "123";
    }, "swap");
    const script = key("ABC", (pressed) => {
      pressed.textContent = keys.classList.toggle("latin-on") ? name : "ABC";
    }, "script");
    row("", swap, ...(own ? [script] : []), types(space, " ", "wide"), ...(own ? [types(back, "back", "wide")] : []), types(empty, "empty", "wide"));
    keys.classList.toggle("has-own", own !== "");
    keys.hidden = false;
  }

  begin();
  document.addEventListener("page", begin);
})();
