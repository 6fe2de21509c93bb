/* On every page: leaving at once, one history entry, the idle question, and the button that pages a long screen.
   Everything here has a plain link behind it; without script the screen works, only slower. Stores nothing. */
(() => {
  "use strict";
  const find = (id) => document.getElementById(id);
  const { body } = document;
  const { leave, idle, warn } = body.dataset;
  let leaving = false;

  /* ---- Leaving: hide, fall silent, forget, go. In this order, so that nothing waits for the server. ---- */

  function clear() {
    if (leaving) return;
    leaving = true;
    body.classList.add("gone");
    document.dispatchEvent(new Event("leaving")); // reading aloud stops
    for (const sound of document.querySelectorAll("audio")) sound.pause();
    for (const field of document.querySelectorAll("input")) field.value = "";
    stop(); // a page that was still on its way must not arrive after this
    go();
  }

  async function go() {
    const late = setTimeout(rest, 10_000);
    try {
      // The worker answers even when the server does not. Without it, one question first: a navigation to a dead
      // server would end on the browser's own error page.
      if (!navigator.serviceWorker?.controller) await fetch(leave, { method: "HEAD" });
      location.replace(leave);
    } catch {
      clearTimeout(late);
      rest();
    }
  }

  /* No answer at all: numbers that belong to any page, and another try every few seconds. */
  function rest() {
    const lines = find("rest");
    if (lines) body.replaceChildren(lines.content.cloneNode(true));
    body.className = "resting";
    setTimeout(go, 5_000);
  }

  const clears = (event) => event.target.closest?.("#clear, #idle-clear");

  let touched = false;
  addEventListener("pointerdown", (event) => {
    touched = true;
    if (event.isPrimary && event.button === 0 && clears(event)) clear(); // on touch-down, not on lift
  }, true);

  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && !(event.key === " " && clears(event))) return;
    event.preventDefault();
    clear();
  }, true);

  /* Shift three times, as on GOV.UK's "Exit this page": counted on lift, never where it made a capital letter. */
  const said = find("said");
  const dots = find("dots");
  let shifts = 0;
  let modified = false;
  let forget;
  function count(presses, words) {
    clearTimeout(forget);
    shifts = presses;
    dots.hidden = presses === 0;
    for (const [number, dot] of [...dots.children].entries()) dot.classList.toggle("on", number < presses);
    said.textContent = words;
    if (presses) forget = setTimeout(count, 5_000, 0, said.dataset.stays);
  }
  addEventListener("keyup", (event) => {
    if (event.key === "Shift" && !modified) {
      if (shifts === 2) clear();
      else count(shifts + 1, shifts ? said.dataset.one : said.dataset.two);
    } else if (shifts) count(0, "");
    modified = event.shiftKey;
  }, true);

  addEventListener("pagehide", () => body.classList.add("gone")); // should the browser keep it, it keeps it hidden
  addEventListener("pageshow", (event) => {
    const [entry] = performance.getEntriesByType("navigation");
    if (!event.persisted && (entry?.type !== "back_forward" || location.pathname === leave)) return;
    leaving = false;
    clear(); // a page that Back brought, out of memory or fetched again, is not shown
  });

  /* ---- Links: each replaces the entry before it, so that Back has nowhere to go. ---- */

  /* Where one is: the language and the modes, then the page itself. */
  const [, root, here] = location.pathname.match(
    /^(\/[^/]+\/(?:(?:big|contrast|down)(?:\+(?:big|contrast|down))*\/)?)(.*)$/,
  ) ?? ["", `/${document.documentElement.lang}/`, ""];

  /* Where Back on a card leads: a card is reached from many pages, so the last one travels as a neutral fragment,
     such as "#t/32". A fragment is never sent to the server. */
  const back = find("back");
  if (back && /^#(t\/\d+|r\/\d+|now|partners|adults|search)$/.test(location.hash)) {
    back.href = here.endsWith("/print") ? back.getAttribute("href") + location.hash : root + location.hash.slice(1);
  }

  function carry(link, url) {
    if (url.hash || link === back) return;
    const same = link.hreflang || link.dataset.toggle || url.pathname === `${root}${here}/print`;
    if (same) url.hash = location.hash;
    else if (here && /\/[rt]\/\d+$/.test(url.pathname) && link.closest("main")) url.hash = here;
    else if (/^[rt]\/\d+$/.test(here) && url.pathname === `${root}now`) url.hash = here; // and back to where help was read about
  }

  addEventListener("click", (event) => {
    // The finger that cleared the page before is lifted here, where Clear stands in the same place: no second visit.
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
    link.classList.add("pressed"); // seen to be taken, until the next page is there
    location.replace(url);
  });
  for (const sign of ["contextmenu", "dragstart", "auxclick"]) {
    addEventListener(sign, (event) => event.preventDefault());
  }

  /* ---- Idle: after a while without touch an opaque question, a while later School info. ---- */

  const dialog = find("idle");
  if (dialog) {
    let waiting;
    let counting;
    const ask = () => {
      let left = Number(warn);
      find("idle-count").textContent = left;
      dialog.showModal();
      find("idle-stay").focus();
      counting = setInterval(() => {
        left -= 1;
        find("idle-count").textContent = left;
        // Heard when it opens and then three times: a number read out every second would drown the choice.
        if ([20, 10, 5].includes(left)) find("idle-said").textContent = find("idle-words").textContent;
        if (left <= 0) clear();
      }, 1_000);
    };
    const wait = () => {
      clearTimeout(waiting);
      if (!dialog.open) waiting = setTimeout(ask, Number(idle) * 1_000);
    };
    find("idle-stay").addEventListener("click", () => {
      clearInterval(counting);
      find("idle-said").textContent = "";
      dialog.close();
      wait();
    });
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      clear();
    });
    // "stir" is for what needs no touch: a page that is being read aloud is in use.
    for (const sign of ["pointerdown", "keydown", "scroll", "input", "stir"]) {
      addEventListener(sign, wait, { passive: true, capture: true });
    }
    wait();
  }

  /* ---- A long page: one button that pages down, and back to the top at the end. Touch scrolling works too. ---- */

  const main = find("main");
  const more = find("more");
  const words = more.querySelector("span");
  const room = () => main.scrollHeight - main.clientHeight;
  const atEnd = () => main.scrollTop > room() - 8;
  const look = () => {
    // Once it shows, main keeps its height free below: that alone must not keep it there.
    const kept = more.classList.contains("on") ? parseFloat(getComputedStyle(main).paddingBlockEnd) : 8;
    const scrolls = room() > kept;
    more.classList.toggle("on", scrolls);
    if (scrolls) main.tabIndex = 0;
    else if (document.activeElement === main) main.tabIndex = -1; // or the focus that Skip brought would be lost
    else main.removeAttribute("tabindex");
    main.classList.toggle("scrolls", scrolls && !atEnd());
    more.classList.toggle("at-end", atEnd());
    words.textContent = atEnd() ? more.dataset.up : more.dataset.down;
  };
  more.addEventListener("click", () => {
    main.scrollTo({ top: atEnd() ? 0 : main.scrollTop + main.clientHeight * 0.85 });
  });
  main.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(main);
  new MutationObserver(look).observe(main, { childList: true, subtree: true }); // search results come and go
  document.fonts.ready.then(look);
})();
