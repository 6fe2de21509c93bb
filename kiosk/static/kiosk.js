/* On every page: leaving at once, one document for a whole visit, the idle question, and the button that pages through a
   long screen. Everything here also has a plain link, so the screen works without scripts, only slower. Stores nothing.
   Clear ends a visit's document; until then, a tap changes its content (docs/develop/decisions/0034). An event named
   "page" tells the other scripts that there is a new page, and "drawn", a little later, that it is visible. */
(() => {
  "use strict";
  const find = (id) => document.getElementById(id);
  const { body, documentElement: html } = document;
  /* A school's addresses begin with `base`, such as "/lincoln". A page from a plain host has relative links, which load
     documents until the worker has the pages. */
  const leave = find("clear").pathname;
  const base = leave.replace(/.leave.?$/, "");
  const own = document.currentScript.getAttribute("src");
  let leaving = false;

  /* ---- Leaving: hide, fall silent, forget, go. In this order, so that nothing waits for the server. ---- */

  function clear() {
    if (leaving) return;
    leaving = true;
    body.classList.add("gone");
    document.dispatchEvent(new Event("leaving")); // reading aloud stops
    for (const sound of document.querySelectorAll("audio")) sound.pause();
    for (const field of document.querySelectorAll("input")) field.value = "";
    stop(); // a page that is still loading must not arrive after this
    go();
  }

  async function go() {
    const late = setTimeout(rest, 10_000);
    try {
      // The worker answers even if the server does not. Without a worker, ask the server first: navigating to a dead
      // server would end on the browser's own error page.
      if (!navigator.serviceWorker?.controller) await fetch(leave, { method: "HEAD" });
      location.replace(leave);
    } catch {
      clearTimeout(late);
      rest();
    }
  }

  /* If nothing answers, show numbers that fit any page, and retry every few seconds. */
  function rest() {
    const lines = find("rest");
    if (lines) body.replaceChildren(lines.content.cloneNode(true));
    body.className = "resting";
    setTimeout(go, 5_000);
  }

  const clears = (event) => event.target.closest?.("#clear, #idle-clear");

  /* ---- Touch: a touch that began before the page appeared is not meant for it. ---- */

  const SETTLE = 400; // milliseconds: longer than the gap in a double tap
  let settling;
  let touched = false;
  let spent = true; // whether to ignore the click at the end of the last touch

  function settle() {
    spent = true;
    cancelAnimationFrame(settling);
    body.classList.add("new");
    settling = requestAnimationFrame(() => {
      const frame = settling;
      setTimeout(() => frame === settling && body.classList.remove("new"), SETTLE);
    });
  }

  /* The language box: anything behind it is hidden and ignores touches (kiosk.css). */
  const box = () => document.querySelector(":popover-open");

  addEventListener("pointerdown", (event) => {
    touched = true;
    spent = body.classList.contains("new");
    if (event.isPrimary && event.button === 0 && clears(event)) clear(); // on touch-down, not on lift
    const link = !spent && event.target.closest?.("a[href]");
    if (link && opens(link)) take(link.pathname); // starts loading before the finger is lifted
  }, true);

  addEventListener("click", (event) => {
    if (!spent || event.detail === 0 || clears(event)) return; // keys need no such protection
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && !(event.key === " " && clears(event))) return;
    event.preventDefault();
    if (event.key === "Escape" && box()) box().hidePopover();
    else clear();
  }, true);

  /* Shift three times, as on GOV.UK's "Exit this page": counted on release, never if it typed a capital letter. */
  let shifts = 0;
  let modified = false;
  let forget;
  function count(presses, words) {
    clearTimeout(forget);
    shifts = presses;
    const dots = find("dots");
    dots.hidden = presses === 0;
    for (const [number, dot] of [...dots.children].entries()) dot.classList.toggle("on", number < presses);
    find("said").textContent = words;
    if (presses) forget = setTimeout(() => count(0, find("said").dataset.stays), 5_000);
  }
  addEventListener("keyup", (event) => {
    if (leaving) return;
    const { one, two } = find("said").dataset;
    if (event.key === "Shift" && !modified) {
      if (shifts === 2) clear();
      else count(shifts + 1, shifts ? one : two);
    } else if (shifts) count(0, "");
    modified = event.shiftKey;
  }, true);

  addEventListener("pagehide", () => body.classList.add("gone")); // if the browser keeps the page, it stays hidden
  addEventListener("pageshow", (event) => {
    const [entry] = performance.getEntriesByType("navigation");
    if (!event.persisted && (entry?.type !== "back_forward" || location.pathname === leave)) return;
    leaving = false;
    clear(); // do not show a page that Back brought, from memory or fetched again
  });

  /* ---- Links: each replaces the previous history entry, so that Back has nowhere to go. ---- */

  /* A page's address: the language and the modes, then the page itself. */
  const ADDRESS = /^(\/[^/]+\/(?:(?:big|huge|contrast|down)(?:\+(?:big|huge|contrast|down))*\/)?)(.*)$/;
  const parts = (path) => ADDRESS.exec(path.slice(base.length));
  let root;
  let here;
  let place = new URL(location.href); // the address bar follows once the page has been drawn

  /* Where Back on a card leads: a card is reached from many pages, so the last one travels as a neutral fragment,
     such as "#t/32". A fragment is never sent to the server. */
  const FROM = /^(home|t\/\d+(\/2)?|r\/\d+|now|tell|phone|hearing|partners|adults|search)$/;
  function stand() {
    [, root, here] = parts(place.pathname) ?? ["", `/${html.lang}/`, ""];
    root = base + root;
    const back = find("back");
    const from = place.hash.slice(1);
    if (back && FROM.test(from)) {
      back.href = here.endsWith("/print") ? back.getAttribute("href") + place.hash : root + (from === "home" ? "" : from);
    }
  }

  function carry(link, url) {
    if (url.hash || link.id === "back") return;
    const same = link.hreflang || link.dataset.toggle || url.pathname === `${root}${here}/print`;
    if (same) url.hash = place.hash;
    else if (here && /\/[rt]\/\d+$/.test(url.pathname) && link.closest("main")) url.hash = here;
    else if (link.matches(".nine-now") && FROM.test(here || "home")) url.hash = here || "home";
    else if (/^[rt]\/\d+(\/2)?$/.test(here) && /^(now|tell|phone|r\/\d+\/print)$/.test(url.pathname.slice(root.length))) url.hash = here; // Back then leads to the page where the student read about this help
  }

  addEventListener("click", (event) => {
    // The finger that cleared the previous page is lifted here, on a Clear in the same place: do not start a new visit.
    const lifted = !touched && event.detail > 0;
    if (clears(event) && !lifted) clear();
    const link = event.target.closest("a[href]");
    if (link || leaving) event.preventDefault();
    if (!link || leaving || (clears(event) && lifted)) return;
    if (link.classList.contains("skip")) {
      const main = find("main");
      main.tabIndex = -1;
      main.focus();
      return;
    }
    const url = new URL(link.href);
    if (url.origin !== location.origin) return;
    carry(link, url);
    link.classList.add("pressed"); // shows that the tap worked, until the next page is there
    follow(url);
  });
  for (const sign of ["contextmenu", "dragstart", "auxclick"]) {
    addEventListener(sign, (event) => event.preventDefault());
  }

  /* ---- Pages in memory: fetches pages a tap or two away while nobody is touching the screen. ---- */

  const KEPT = 150; // pages, of about 15 KB each
  const AHEAD = 2; // how many taps ahead to fetch from the worker; from a server, only one
  const LINK = /<a [^>]*href="([^"#]+)"/g;
  const SHEET = /<link rel="stylesheet" href="([^"]+)"/g;
  const SCRIPT = /<script src="([^"]+)"/g;
  const all = (text, pattern) => Array.from(text.matchAll(pattern), ([, address]) => address);
  /* With an empty sanitizer, the parser drops only scripts; its default would drop every class and data-*. This page's
     policy allows only this one. In browsers without such policies, the old parser is used. */
  const old = () => (globalThis.trustedTypes ? null : (text) => new DOMParser().parseFromString(text, "text/html"));
  const parse = leave.endsWith("/") ? null : Document.parseHTML ? (text) => Document.parseHTML(text, { sanitizer: {} }) : old();
  const address = (part, name) => part.getAttribute(name);
  const sheets = new Map(Array.from(document.querySelectorAll("link[rel=stylesheet]"), (link) => [address(link, "href"), true]));
  const scripts = new Map(Array.from(document.scripts, (script) => [address(script, "src"), true]));
  const memory = new Map(); // from an address to the promise of its page, least recently used first
  let taps = 0;
  let away = false;

  const opens = ({ origin, pathname }) => parse && location.pathname !== leave && origin === location.origin && parts(pathname);

  async function ask(path) {
    try {
      const answer = await fetch(path);
      const text = answer.ok ? await answer.text() : "";
      // Another version of the program needs a new document.
      if (text.includes(own)) return { text, links: all(text, LINK), sheets: all(text, SHEET), scripts: all(text, SCRIPT) };
    } catch {
      // If nothing answers, the tap follows the plain link.
    }
    memory.delete(path);
    return null;
  }

  function take(path) {
    const page = memory.get(path) ?? ask(path);
    memory.delete(path);
    memory.set(path, page);
    if (memory.size > KEPT) memory.delete(memory.keys().next().value);
    return page;
  }

  /* A style sheet is loaded but stays inactive until a page that uses it is shown. */
  function sheet(href) {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", media: "not all", href });
    const loaded = new Promise((done) => {
      link.onload = () => done(true);
      link.onerror = () => done(false);
    });
    document.head.append(link);
    return loaded;
  }

  const script = (src) => import(src).then(() => true, () => false);

  /* Loads the styles and scripts that a page needs; returns whether all have loaded. */
  async function furnish(page) {
    for (const [needed, known, bring] of [[page.sheets, sheets, sheet], [page.scripts, scripts, script]]) {
      for (const one of needed) {
        if (!known.has(one)) known.set(one, bring(one));
        if (!(await known.get(one))) return false;
      }
    }
    return true;
  }

  async function follow(url) {
    taps += 1;
    const tap = taps;
    const page = opens(url) && (await take(url.pathname));
    const whole = page && (await furnish(page));
    if (leaving || tap !== taps) return;
    if (away) stop(); // a slower page from an earlier tap
    away = !whole;
    if (whole) show(parse(page.text), url);
    else location.replace(url);
  }

  function wear(part, { attributes }) {
    for (const { name } of [...part.attributes]) if (!attributes[name]) part.removeAttribute(name);
    // Setting the same lang or dir again would restyle everything inside.
    for (const { name, value } of attributes) if (address(part, name) !== value) part.setAttribute(name, value);
  }

  /* Keeps what both pages share, so that it is not styled or drawn again. Never keeps a page's own part, or anything
     that a comparison misses, such as a template's content or an open dialog. */
  function become(old, fresh) {
    const [parts, others] = [[...old.childNodes], [...fresh.childNodes]];
    if (!/^(main|dialog|template)$/.test(old.localName)) {
      if (old.isEqualNode(fresh)) return;
      if (old.localName && old.localName === fresh.localName && parts.length === others.length) {
        wear(old, fresh);
        for (const [number, part] of parts.entries()) become(part, others[number]);
        return;
      }
    }
    old.replaceWith(fresh);
  }

  function show(page, url) {
    document.activeElement?.blur(); // now, before anything changes: removing a focused element would restyle everything
    const named = new Set(Array.from(page.querySelectorAll("link[rel=stylesheet]"), (link) => address(link, "href")));
    for (const one of document.head.querySelectorAll("link[rel=stylesheet], style")) {
      const media = named.has(address(one, "href")) ? "all" : "not all";
      if ((one.media || "all") !== media) one.media = media;
    }
    const same = html.lang === page.documentElement.lang && !box() && body.childNodes.length === page.body.childNodes.length;
    wear(html, page.documentElement);
    document.title = page.title;
    if (same) become(body, page.body);
    else {
      wear(body, page.body);
      body.replaceChildren(...page.body.childNodes);
    }
    place = url;
    undrawn = true;
    begin();
    document.dispatchEvent(new Event("page"));
    const heading = body.querySelector("main h1") ?? find("main");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true }); // so that it is read out, and the next key continues from there
    scrollTo(0, 0);
  }

  /* The address bar requests the icon again, and scripts query the server and the notes. This is as much work as drawing,
     which would have to wait. Layout reaches the screen within a frame or two. */
  const DRAWN = 50; // milliseconds
  let undrawn = false;
  const drawn = () => {
    if (leaving || !undrawn) return;
    undrawn = false;
    history.replaceState(null, "", place);
    document.dispatchEvent(new Event("drawn"));
  };
  const draw = () => (globalThis.scheduler ? scheduler.postTask(drawn, { delay: DRAWN }) : setTimeout(drawn, DRAWN));

  const free = () => new Promise((go) => (globalThis.requestIdleCallback ?? setTimeout)(go, { timeout: 300 }));

  async function gather() {
    const [tap, start] = [taps, root];
    let near = Array.from(document.querySelectorAll('a[href^="/"]'), (link) => link.pathname);
    const held = navigator.serviceWorker?.controller;
    for (let ahead = held ? AHEAD : 1; ahead > 0; ahead -= 1) {
      const next = [];
      for (const path of new Set(near)) {
        if (base + parts(path)?.[1] !== start) continue; // fetch other languages and modes only when they are tapped
        if (!memory.has(path)) await free();
        if (leaving || tap !== taps) return; // the next page fetches its own
        const page = await take(path);
        if (!page && !held) return; // the server is not responding
        if (!page) continue;
        await furnish(page);
        next.push(...page.links);
      }
      near = next;
    }
  }

  /* ---- Idle: after a while without touch, show an opaque question; a while later, School info. ---- */

  let waiting;
  let counting;
  function question() {
    let left = Number(body.dataset.warn);
    find("idle-count").textContent = left;
    find("idle").showModal();
    find("idle-stay").focus();
    counting = setInterval(() => {
      left -= 1;
      find("idle-count").textContent = left;
      // Spoken when it opens and then three times: a number every second would drown out the choice.
      if ([20, 10, 5].includes(left)) find("idle-said").textContent = find("idle-words").textContent;
      if (left <= 0) clear();
    }, 1_000);
  }
  function wait() {
    clearTimeout(waiting);
    const dialog = find("idle");
    if (dialog && !dialog.open) waiting = setTimeout(question, Number(body.dataset.idle) * 1_000);
  }
  function stay() {
    clearInterval(counting);
    find("idle-said").textContent = "";
    find("idle").close();
    wait();
  }
  addEventListener("cancel", (event) => {
    if (event.target.id !== "idle") return;
    event.preventDefault();
    clear();
  }, true);
  // "stir" means use without touch: a page that is being read aloud or scanned is in use.
  for (const sign of ["pointerdown", "keydown", "scroll", "input", "stir"]) {
    addEventListener(sign, wait, { passive: true, capture: true });
  }

  /* ---- Speech mode and scanning: their module loads when somebody starts one of them, here or on School info. Speech
     starts with the star key on any numeric keypad, a key that a keypad sends when a headset is plugged in, the upper corner
     at the start of lines, held for three seconds, or a new sound card. Scanning starts with Space or Enter, held as long. ---- */

  const SPEAK = new Set(["F15", "NumpadMultiply"]);
  const SWITCH = new Set([" ", "Enter"]);
  const HELD = 3_000; // milliseconds
  const CORNER = 0.15; // of the screen's shorter side
  let since = Infinity; // when the finger or key that is being held went down
  async function speak(what, ...how) {
    const src = find("speech")?.dataset.src;
    if (src) (await import(src))[what](...how);
  }
  const corner = ({ clientX, clientY }) =>
    Math.max(html.dir === "rtl" ? innerWidth - clientX : clientX, clientY) < CORNER * Math.min(innerWidth, innerHeight);
  addEventListener("keydown", (event) => {
    const held = SWITCH.has(event.key) && !event.target.matches("input");
    if (!held && !SPEAK.has(event.code)) return;
    if (!held || event.repeat) event.preventDefault(); // a held key counts as one press
    if (event.repeat) return;
    if (held) since = event.timeStamp;
    else speak("press");
  }, true);
  addEventListener("keyup", (event) => {
    const held = SWITCH.has(event.key) && event.timeStamp - since >= HELD;
    since = Infinity;
    if (!held || leaving) return;
    event.preventDefault();
    speak("scan");
  }, true);
  addEventListener("pointerdown", (event) => {
    since = event.isPrimary && corner(event) ? event.timeStamp : Infinity;
  }, true);
  addEventListener("pointerup", (event) => {
    const held = corner(event) && event.timeStamp - since >= HELD;
    since = Infinity;
    if (!held || leaving) return;
    spent = true; // because Back is in that corner
    speak("press", true);
  }, true);
  const [, begun] = /^#(aloud|touch|scan)$/.exec(location.hash) ?? [];
  if (begun) speak("carried", begun);

  /* Notices when a headset is plugged in or unplugged. Chromium reports no devices without a microphone request, but
     does tell whether there is any sound output. A keypad that detects the plug sends a key. */
  const pull = () => document.dispatchEvent(new Event("pulled"));
  let hears; // whether there was a sound card at the last check
  async function feel() {
    const now = (await navigator.mediaDevices.enumerateDevices()).some(({ kind }) => kind === "audiooutput");
    const changed = hears !== undefined && now !== hears;
    hears = now;
    if (changed && !leaving) now ? speak("press", false, true) : pull();
  }
  if (find("speech")?.dataset.way === "headset" && navigator.mediaDevices) {
    feel();
    setInterval(feel, 500);
  }
  addEventListener("keydown", ({ code }) => code === "F16" && pull(), true);

  /* ---- A long page: one button that pages down, and back to the top at the end. Touch scrolling works too. ---- */

  const room = (main) => main.scrollHeight - main.clientHeight;
  const atEnd = (main) => main.scrollTop > room(main) - 8;
  function look() {
    const [main, more] = [find("main"), find("more")];
    if (!more) return; // only the lines from rest() are left
    // While the button shows, main keeps a strip free for it; this strip must not be the only reason it stays.
    const kept = main.classList.contains("long") ? parseFloat(getComputedStyle(main).borderBlockEndWidth) : 8;
    const [scrolls, end] = [room(main) > kept, atEnd(main)];
    main.classList.toggle("long", scrolls); // on main, because on its parent it would restyle everything inside
    if (scrolls) main.tabIndex = 0;
    else if (document.activeElement === main) main.tabIndex = -1; // otherwise, the focus that Skip set would be lost
    else main.removeAttribute("tabindex");
    main.classList.toggle("ended", end);
    const [label, words] = [more.querySelector("span"), end ? more.dataset.up : more.dataset.down];
    if (label.textContent !== words) label.textContent = words;
    keepWhole(main);
  }
  /* Show a number, a word to text or a code to scan completely or not at all: half a number may look like another. Only
     words fade; a complete number keeps its color. */
  const WHOLE = ".number, .word, .qr, .half .row:has(b) > span";
  const HOLDS = ".way-short, .help-text, .scan, .half .row:has(b), .big:not(.help-text *)"; // shown whole with all of its parts
  const CLEAR = ".offer, .no-phone"; // whole, they do not fade
  const LETTERS = 0.15; // of a line's height: a font's space above and below its letters
  function edges(main) {
    const from = main.getBoundingClientRect().top + main.clientTop;
    return [from, from + main.clientHeight];
  }
  function keepWhole(main) {
    const [from, to] = edges(main);
    const cut = new Set();
    let low = from;
    for (const part of main.querySelectorAll(`${WHOLE}, ${CLEAR}`)) {
      const { top, bottom, height } = part.getBoundingClientRect();
      if (bottom <= from || top >= to || height > to - from) continue;
      const free = part.matches(".qr") ? 1 : height * LETTERS;
      if (top + free >= from && bottom - free <= to) low = Math.max(low, bottom);
      else if (!part.matches(CLEAR)) cut.add(part.closest(HOLDS) ?? part);
    }
    for (const part of main.querySelectorAll(".cut")) if (!cut.has(part)) part.classList.remove("cut");
    for (const part of cut) part.classList.add("cut");
    find("more").parentElement.style.setProperty("--clean", `${Math.max(0, to - low)}px`);
  }
  /* Scroll the page: the first part that does not end above the bar moves to the top. */
  function turn() {
    const main = find("main");
    const [from, to] = edges(main);
    const whole = Array.from(main.querySelectorAll(`.cut, ${HOLDS}`), (part) => part.getBoundingClientRect());
    const tops = whole.filter(({ top, bottom }) => top - from > 8 && bottom > to).map(({ top }) => top - from);
    main.scrollTo({ top: atEnd(main) ? 0 : main.scrollTop + Math.min(main.clientHeight * 0.85, ...tops) });
  }
  addEventListener("scroll", look, { passive: true, capture: true });
  addEventListener("toggle", ({ target }) => { // what unfolds begins above the bar
    look();
    if (target.matches("details[open]")) target.querySelector("summary + * > *").scrollIntoView({ block: "nearest" });
  }, true);
  const sized = new ResizeObserver(() => { // also for each new page, once it is laid out
    look();
    if (undrawn) draw();
  });
  const changed = new MutationObserver(look); // search results appear and disappear
  document.fonts.addEventListener("loadingdone", look);

  addEventListener("click", ({ target }) => {
    const button = target.closest("button")?.id;
    if (button === "idle-stay") stay();
    if (button === "more") turn();
  });

  /* ---- A page appears: the document's first page, and each one after it. ---- */

  function begin() {
    clearTimeout(forget);
    clearInterval(counting);
    shifts = 0;
    settle();
    stand();
    wait();
    for (const observer of [sized, changed]) observer.disconnect();
    sized.observe(find("main"));
    changed.observe(find("main"), { childList: true, subtree: true });
    if (parse && location.pathname !== leave) requestAnimationFrame(() => setTimeout(gather));
  }
  begin();
})();
