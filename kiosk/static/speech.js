/* Speech mode, for who cannot see: what has the focus is said, in the page's language, numbers digit by digit; the
   arrows lead over everything there is to hear, links or not. It lives as long as its document, so Clear and the idle
   question end it; from School info, where a visit begins, it goes along in the address as "#aloud". Clips are found by
   the hash of their words, as kiosk/audio/spoken_text.py names them; in the place of one that is not there yet a tone is
   heard. The worker answers for clips, so no server hears what was listened to. */

const CONTROL = "a[href], button, summary, input";
const HEARD = `main, .act, .listen, h1, h2, ${CONTROL}`; // of the rest of a page, such as its brand, nothing is said
const BLOCK = "h1, h2, h3, p, li, dt, dd, th, td"; // is said at once
const PASSED = ".skip, .more, .key"; // of no use to who hears the whole page; letters would tell what is typed
const SILENT = "svg, script, style, figure, template, audio, #clock, [aria-hidden=true]";
const INSIDE = "bdi, em, strong, i, abbr, .fill"; // a sentence goes on through these
const VOID = "br, hr, img, input, wbr";
const EDGES = /^[\s,;:·|]+|[\s,;:·|]+$/g;
const LETTER = /[\p{L}\p{N}]/u;
const STEP = 0.2;
const NEXT = { ArrowDown: 1, ArrowRight: 1, Numpad2: 1, Numpad6: 1, ArrowUp: -1, ArrowLeft: -1, Numpad8: -1, Numpad4: -1 };
const AGAIN = 15_000; // milliseconds within which the key is a yes
const ALONE = 60_000;
const TOP = new Set(["Home", "Numpad7"]);
const LOUDER = { NumpadAdd: STEP, NumpadSubtract: -STEP };

const find = (id) => document.getElementById(id);
const leave = document.getElementById("clear").pathname;
const base = leave.replace(/.leave.?$/, "");
const voice = Object.assign(new Audio(), { volume: 0.6 });
let on = false;
let asked = -Infinity; // when who is at a loudspeaker was told that others will hear
let over; // on School info, where no idle question ends the mode
let turn = 0; // counts what was begun to be said: only the latest goes on
let refused = false; // no sound without a key, in a document that nobody pressed one in
let last = null; // what was read: where nothing has the focus, the arrows go on from there

/* ---- What there is to hear: the same pieces as spoken_text.py finds, of what can be seen. ---- */

const digits = (number) => ((number.match(/\d/g) ?? []).length < 3 ? number
  : number.split(/[-\s().]+/).filter(Boolean).map((group) => [...group].join(" ")).join(", "));

function split(text, part) {
  const { open, closed, holiday } = part.closest("[data-hours]")?.dataset ?? {}; // what hours.js put before the hours
  const now = [open, closed, holiday].find((words) => words && text.startsWith(`${words}. `));
  return now ? [now, text.slice(now.length + 2)] : [text];
}

export function pieces(root, seen = (part) => part.checkVisibility({ visibilityProperty: true })) {
  const said = [];
  let words = "";
  const end = (part, language) => {
    const text = words.replace(/\s+/g, " ").replace(EDGES, "");
    words = "";
    if (LETTER.test(text)) for (const one of split(text, part)) said.push({ language, text: one, part });
  };
  const walk = (part, language) => {
    for (const child of part.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) words += part.matches("bdi.number") ? digits(child.data) : child.data;
      if (child.nodeType !== Node.ELEMENT_NODE) continue;
      if (child.matches(VOID)) {
        if (child.matches("br")) words += " ";
        if (child.labels?.length && seen(child)) said.push({ language, text: child.labels[0].textContent, part: child });
        continue;
      }
      const own = child.lang || language;
      const inside = own === language && child.matches(INSIDE);
      if (!inside) end(part, language);
      if (!child.matches(SILENT) && seen(child)) walk(child, own);
      if (!inside) end(child, own);
    }
  };
  walk(root, root.closest("[lang]").lang);
  end(root, root.closest("[lang]").lang);
  return said;
}

export function stops() {
  const found = new Set();
  for (const { part } of pieces(document.querySelector("dialog[open]") ?? document.body)) {
    const stop = part.closest(CONTROL) ?? part.closest(BLOCK) ?? part;
    if (part.closest(HEARD) && !stop.matches(PASSED)) found.add(stop);
  }
  return [...found];
}

/* ---- Saying it. ---- */

const own = (...names) => names.map((name) => {
  const text = find("speech").content.querySelector(`[data-when="${name}"]`).textContent;
  return { language: document.documentElement.lang, text };
});

function state(part) {
  const open = part.matches("summary") ? part.parentElement.open : part.getAttribute("aria-expanded");
  const current = part.hasAttribute("aria-current") ? own("current") : [];
  return open === null ? current : own(String(open) === "true" ? "expanded" : "folded");
}

function read(part) {
  const box = part.closest("dialog");
  const question = box && !box.contains(last) ? pieces(box.querySelector("h2")) : [];
  last = part;
  if (part.matches(".key")) return [];
  if (part.matches("input")) return pieces(part.labels[0]);
  return [...question, ...pieces(part.matches("main") ? part.querySelector("h1") ?? part : part), ...state(part)];
}

export async function address({ language, text }) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${language}\0${text}`));
  return `/audio/${Array.from(new Uint8Array(hash).slice(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("")}.opus`;
}

function tone() {
  const context = new AudioContext();
  const [beep, quiet] = [new OscillatorNode(context, { frequency: 330 }), new GainNode(context, { gain: voice.volume / 8 })];
  beep.connect(quiet).connect(context.destination);
  beep.onended = () => context.close();
  beep.start();
  beep.stop(0.12);
}

function hush() {
  turn += 1;
  voice.pause();
  voice.removeAttribute("src"); // nothing is left to be resumed by a key on a headset
  voice.load();
}

function played(src) {
  return new Promise((done, fail) => {
    Object.assign(voice, { src, onended: done, onerror: fail });
    voice.play().catch(fail);
  });
}

async function say(texts) {
  refused = false;
  hush();
  find("listen-voice")?.pause();
  const mine = turn;
  let missing = false;
  for (const text of texts) {
    const src = await address(text);
    if (mine !== turn) return;
    dispatchEvent(new Event("stir")); // who listens needs no touch to stay
    try {
      await played(base + src);
    } catch (problem) {
      if (mine !== turn) return;
      refused = problem.name === "NotAllowedError";
      if (refused) return;
      missing = true;
    }
    if (mine !== turn) return;
  }
  if (missing) tone();
}

/* ---- On, off, and the keys while it is on. ---- */

const cover = () => location.pathname === leave;

function wait() {
  clearTimeout(over);
  if (on && cover()) over = setTimeout(stop, ALONE);
}

function stop() {
  on = false;
  hush();
}

function start(carried) {
  const { activeElement, body } = document;
  on = true;
  wait();
  say([...(carried ? [] : own("on")), ...read(activeElement === body ? document.querySelector("h1") : activeElement)]);
}

/* The key of speech mode. `carried`: nobody pressed it here, but on School info before. */
export function press(carried) {
  if (!crypto.subtle) return; // not a secure context: clips cannot be named
  const loud = !carried && find("speech").dataset.way === "speaker";
  if (on) {
    stop();
    say(own("off"));
  } else if (loud && performance.now() - asked > AGAIN) {
    asked = performance.now();
    say(own("ask", "again"));
  } else start(carried);
}

function here() {
  return document.activeElement === document.body ? last : document.activeElement;
}

function move(by) {
  const all = stops();
  const stop = by ? all.at((all.indexOf(here()) + by) % all.length) : all[0];
  if (!stop.matches(CONTROL)) stop.tabIndex = -1;
  stop.focus();
}

addEventListener("keydown", (event) => {
  wait();
  const [by, louder] = [TOP.has(event.code) ? 0 : NEXT[event.code], LOUDER[event.code]];
  if (!on || (by ?? louder) === undefined || (event.target.matches("input") && /^Arrow(Left|Right)$/.test(event.code))) return;
  event.preventDefault();
  if (louder) voice.volume = Math.min(1, Math.max(STEP, voice.volume + louder));
  else if (refused) say(read(here())); // first what could not be heard
  else move(by);
}, true);

addEventListener("click", ({ target }) => {
  const link = target.closest("a[href]");
  if (on && cover() && link && link.pathname !== location.pathname) link.hash = "aloud"; // Start makes another document
}, true);

document.addEventListener("focusin", ({ target }) => on && say(read(target)));
document.addEventListener("toggle", ({ target }) => {
  if (on && target.matches("details") && target.contains(document.activeElement)) say(state(target.firstElementChild));
}, true);
document.addEventListener("play", ({ target }) => target !== voice && hush(), true); // Listen
document.addEventListener("visibilitychange", () => document.hidden && hush());
document.addEventListener("leaving", stop);
addEventListener("pagehide", stop);
addEventListener("pointerdown", hush, { capture: true, passive: true });
document.addEventListener("pulled", stop); // the headset
