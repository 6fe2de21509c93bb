/* On every page: registers the worker, which stores the pack, once the page is ready, and tells the server every half
   minute that the screen is running. School info also tells the worker every few seconds that no visit is in progress.
   The beat follows the clock's half minutes, not taps. It says nothing about what is read, only which screen this is
   (if it was opened as /?screen=NAME) and which pages the worker has. Other browsers have no name to send. */
(() => {
  "use strict";
  const BEAT = 30_000;
  const AGREE = 60_000; // milliseconds between the server's clock and this one
  const LOOK = 10_000; // milliseconds: a withdrawn number leaves an idle screen within half a minute
  const RENEW = 30; // how many looks pass between checks for a newer worker
  const CALM = 60_000;
  const leave = document.getElementById("clear").pathname;
  const base = leave.replace(/.leave.?$/, "");

  /* The answer is the server's time, if it can be trusted. hours.js reads the note on the next cards. */
  async function note(answer) {
    const time = answer.status === 200 ? Number(await answer.text()) * 1000 : NaN;
    const kept = await caches.open("kiosk-meta");
    if (Math.abs(time - Date.now()) < AGREE) await kept.put("/clock", new Response(String(Date.now())));
    else await kept.delete("/clock");
  }

  /* Only the first page has the query; the browser's profile, with this note, ends with the session. */
  async function screen() {
    const kept = await globalThis.caches?.open("kiosk-meta");
    const said = location.search.startsWith("?screen=") ? location.search : "";
    if (said) await kept?.put("/screen", new Response(said));
    return (await (await kept?.match("/screen"))?.text()) ?? said;
  }
  const named = screen().catch(() => "");

  /* The version of the worker's pages, and whether all are stored; "none" without a copy. */
  let whole;
  async function copy() {
    const name = await (await (await caches.open(`kiosk-meta${base}`)).match("/current"))?.text();
    if (!name) return "none";
    if (name !== whole) {
      const record = await (await caches.open(`pages${base}`)).match(`/pack.json?${name}`);
      if ((await record?.json())?.more.length === 0) whole = name;
    }
    return `${name.split(".")[0]} ${name === whole ? "whole" : "part"}`;
  }

  /* A report begins with the word from the previous answer (kiosk/enrolled.py). Without it, the report is sent again
     with the correct word, so that nothing needs to be kept from page to page. */
  let word = "";
  async function report(again) {
    const query = await named;
    const body = query && `${word} ${await copy().catch(() => "none")}`;
    const answer = await fetch(`${base}/beat${query}`, { method: "POST", body });
    word = answer.headers.get("next-word") ?? "";
    return answer.status === 202 && again ? report(false) : answer;
  }

  function beat() {
    setTimeout(() => {
      report(true).then(note).catch(() => {});
      beat();
    }, BEAT - (Date.now() % BEAT) + 20);
  }
  document.body.dataset.plain ?? beat(); // a plain host gets no reports

  const workers = navigator.serviceWorker;
  if (!workers) return; // not a secure context, so the server answers instead
  // The only policy with this name on any page; it allows a single address.
  const worker = `${base}/sw.js`;
  const policy = globalThis.trustedTypes?.createPolicy("kiosk", { createScriptURL: () => worker });
  const register = () => {
    workers.register(policy ? policy.createScriptURL("") : worker, { updateViaCache: "none" }).catch(() => {});
  };
  const later = () => (globalThis.requestIdleCallback ? requestIdleCallback(register, { timeout: 3000 }) : register());
  if (document.readyState === "complete") later();
  else addEventListener("load", later);
  workers.ready.then(({ active }) => active.postMessage("more")); // the other languages, if they are still missing

  if (location.pathname !== leave) return;
  let touched = -Infinity;
  const stands = () => document.documentElement.classList.contains("is-leave"); // no other page has taken its place
  const resting = () => stands() && performance.now() - touched > CALM;
  const touch = () => {
    touched = performance.now(); // someone is here, so nothing may change under their hands from now on
  };
  for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, touch, { capture: true, passive: true });

  let looks = 0;
  async function rest() {
    const registration = await workers.getRegistration();
    if (!registration || !resting()) return;
    registration.waiting?.postMessage("turn");
    registration.active?.postMessage("idle");
    if (looks % RENEW === 0) registration.update?.().catch(() => {});
    looks += 1;
  }
  workers.addEventListener("message", ({ data }) => {
    if (data === "ready") rest();
    if (data === "fresh" && resting()) location.replace(location.pathname);
  });
  rest();
  setInterval(rest, LOOK);
})();
