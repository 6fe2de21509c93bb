/* On every page: leaving at once, one history entry, the idle question, and the button that pages a long screen.
   Everything here has a plain link behind it; without script the screen works, only slower. Stores nothing. */
(() => {
  "use strict";
  const find = (id) => document.getElementById(id);
  const { leave, idle, warn } = document.body.dataset;
  let leaving = false;

  function clear() {
    if (leaving) return;
    leaving = true;
    document.body.classList.add("gone"); // hidden in this frame, before any answer from the server
    for (const field of document.querySelectorAll("input")) field.value = "";
    location.replace(leave);
  }

  /* Where Back on a card leads: a card is reached from many pages, so the last one travels as a neutral fragment,
     such as "#t/32". A fragment is never sent to the server. */
  const here = location.pathname.split("/").slice(2).join("/");
  const back = find("back");
  const onSlip = here.endsWith("/print");
  if (back && /^#(t\/\d+|r\/\d+|now|partners|adults|search)$/.test(location.hash)) {
    const from = location.hash.slice(1);
    back.href = onSlip ? back.getAttribute("href") + location.hash : `/${document.documentElement.lang}/${from}`;
  }

  function carry(link, url) {
    if (url.hash || link === back) return;
    if (link.hreflang || url.pathname === `${location.pathname}/print`) url.hash = location.hash;
    else if (here && /\/[rt]\/\d+$/.test(url.pathname) && link.closest("main")) url.hash = here;
  }

  addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    event.preventDefault();
    if (link.id === "clear") return clear();
    if (link.classList.contains("skip")) {
      const main = find("main");
      main.tabIndex = -1;
      return main.focus();
    }
    const url = new URL(link.href);
    if (url.origin !== location.origin) return;
    carry(link, url);
    location.replace(url); // replaces, so that Back has nowhere to go
  });

  find("clear").addEventListener("pointerdown", (event) => {
    if (event.isPrimary) clear(); // on touch-down, not on lift
  });

  let shifts = 0;
  let pressed = 0;
  addEventListener("keyup", (event) => {
    if (event.key === "Escape") return clear();
    if (event.key !== "Shift") {
      shifts = 0;
      return;
    }
    const now = performance.now();
    shifts = now - pressed < 5000 ? shifts + 1 : 1;
    pressed = now;
    if (shifts >= 3) clear();
  }, true);

  addEventListener("pageshow", (event) => {
    if (event.persisted) clear(); // a page brought back from memory is never shown
  });
  addEventListener("contextmenu", (event) => event.preventDefault());
  addEventListener("dragstart", (event) => event.preventDefault());

  /* Idle: after a while without touch an opaque question, a while later the school-info page. */
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
        if (left <= 0) clear();
      }, 1000);
    };
    const wait = () => {
      clearTimeout(waiting);
      if (!dialog.open) waiting = setTimeout(ask, Number(idle) * 1000);
    };
    find("idle-stay").addEventListener("click", () => {
      clearInterval(counting);
      dialog.close();
      wait();
    });
    find("idle-clear").addEventListener("pointerdown", (event) => event.isPrimary && clear());
    find("idle-clear").addEventListener("click", clear);
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      clear();
    });
    for (const sign of ["pointerdown", "keydown", "scroll", "input"]) {
      addEventListener(sign, wait, { passive: true, capture: true });
    }
    wait();
  }

  /* A long page: one button that pages down, and back to the top at the end. Touch scrolling works without it. */
  const main = find("main");
  const more = find("more");
  const words = more.querySelector("span");
  const room = () => main.scrollHeight - main.clientHeight;
  const atEnd = () => main.scrollTop > room() - 8;
  const look = () => {
    const scrolls = room() > 8;
    more.hidden = !scrolls;
    if (scrolls) main.tabIndex = 0;
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
