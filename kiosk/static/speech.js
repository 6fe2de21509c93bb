/* Speech mode, for people who cannot see: speaks the focused element in the page's language, with numbers digit by digit.
   Arrows or swipes move through everything there is to hear, not only links. Before it starts, it asks one question, which
   reveals nothing about a page. It finds clips by the hash of their words, as kiosk/audio/spoken_text.py names them, and
   plays a tone for a clip that does not exist yet. The worker supplies the clips, so no server learns what was heard.
   Scanning, for people who use one switch: the focus moves by itself over everything that can be pressed, and the switch
   presses it. Both last as long as their document, so Clear and the idle question end them. From School info, where a
   visit begins, the address carries them over: "#aloud", "#touch" (speech by swipes), "#scan". */

const CONTROL = "a[href], button, summary, input";
const HEARD = `main, .act, .listen, h1, h2, ${CONTROL}`; // the rest of a page, such as its brand, is not spoken
const BLOCK = "h1, h2, h3, p, li, dt, dd, th, td"; // each is spoken as a whole
const PASSED = ".skip, .more, .key"; // not needed when hearing the whole page; letters would reveal what is typed
const SILENT = "svg, script, style, figure, template, audio, #clock, [aria-hidden=true]";
const INSIDE = "bdi, em, strong, i, abbr, .fill"; // a sentence continues through these
const VOID = "br, hr, img, input, wbr";
const EDGES = /^[\s,;:·|]+|[\s,;:·|]+$/g;
const LETTER = /[\p{L}\p{N}]/u;
const STEP = 0.2;
const NEXT = { ArrowDown: 1, ArrowRight: 1, Numpad2: 1, Numpad6: 1, ArrowUp: -1, ArrowLeft: -1, Numpad8: -1, Numpad4: -1 };
const AGAIN = 20_000; // milliseconds within which doing the same again means yes
const TWICE = 500; // milliseconds within which a second tap opens a link
const SWIPE = 40; // pixels
const ROUNDS = 2; // rounds of scanning without an answer, so that every item comes up twice
const SWITCH = new Set([" ", "Enter"]);
const ALONE = 60_000;
const TOP = new Set(["Home", "Numpad7"]);
const LOUDER = { NumpadAdd: STEP, NumpadSubtract: -STEP };

const find = (id) => document.getElementById(id);
const leave = document.getElementById("clear").pathname;
const base = leave.replace(/.leave.?$/, "");
const voice = Object.assign(new Audio(), { volume: 0.6 });
let on = false;
let swipes = false; // started by touch: one tap speaks, a second tap opens
let question = null; // the box with the question, while it can be answered
let before; // what had the focus when the question came
let from = null; // where a finger went down
let tapped = -Infinity; // when a finger was last lifted
let pace; // scanning: the timer for the next step
let left = 0; // scanning: steps until we assume that nobody is there
let over; // ends the mode on School info, which has no idle question
let turn = 0; // counts what we started to say; only the latest continues
let refused = false; // the browser plays no sound until a key is pressed in this document
let last = null; // what was read last: if nothing has the focus, the arrows continue from there

/* ---- What can be heard: the same pieces as in spoken_text.py, if they are visible. ---- */

const digits = (number) => ((number.match(/\d/g) ?? []).length < 3 ? number
  : number.split(/[-\s().]+/).filter(Boolean).map((group) => [...group].join(" ")).join(", "));

function split(text, part) {
  const { open, closed, holiday } = part.closest("[data-hours]")?.dataset ?? {}; // what hours.js wrote before the hours
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

/* ---- Speaking. ---- */

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
  voice.removeAttribute("src"); // a key on a headset must not resume it
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
  document.dispatchEvent(new Event("speaking")); // the Listen button's clip stops
  const mine = turn;
  let missing = false;
  for (const text of texts) {
    const src = await address(text);
    if (mine !== turn) return;
    dispatchEvent(new Event("stir")); // listeners stay without touching the screen
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

/* ---- On and off. ---- */

const cover = () => location.pathname === leave;

function wait() {
  clearTimeout(over);
  if ((on || pace) && cover()) over = setTimeout(stop, ALONE);
}

function silence() {
  on = swipes = false;
  close();
  hush();
}

function stop() {
  clearTimeout(pace);
  pace = undefined;
  silence();
}

function start(touch, carried) {
  const { activeElement, body } = document;
  on = true;
  swipes = touch;
  wait();
  say([...(carried ? [] : own(touch ? "swipes" : "on")), ...read(activeElement === body ? document.querySelector("h1") : activeElement)]);
}

/* ---- First, one question, shown and spoken. Nothing else is spoken until the answer is yes. ---- */

const asked = () => question?.isConnected; // another page removes it
const put = () => say([...pieces(question.querySelector("h2")), ...own("again")]);

function close() {
  const back = asked() && question.contains(document.activeElement) && before;
  question?.remove();
  question = null;
  if (!back) return;
  if (back === document.body) back.tabIndex = -1; // Tab starts at the top again
  back.focus();
  document.body.removeAttribute("tabindex");
}

function ask() {
  const box = find("speech").content.querySelector("section").cloneNode(true);
  const answers = { yes: start, no: hush, scan };
  box.addEventListener("click", ({ target, detail }) => {
    const answer = answers[target.closest("button")?.name];
    if (!answer) return;
    close();
    answer(detail > 0); // by touch
  });
  before = document.activeElement;
  question = box;
  find("main").after(box);
  box.querySelector("button").focus();
  setTimeout(() => question === box && close(), AGAIN);
  put();
}

/* Somebody asked for speech: with its key, the corner (`touch`), or by plugging in a headset (`plugged`). */
export function press(touch, plugged) {
  if (!crypto.subtle || !find("speech").content.querySelector("section")) return; // clips cannot be named, or the screen is silent
  if (plugged && (on || asked())) return;
  if (on) {
    silence();
    say(own("off"));
  } else if (asked()) {
    close();
    start(touch);
  } else ask();
}

/* Carried over from School info, where somebody started it. */
export function carried(mode) {
  if (mode === "scan") scan();
  else if (crypto.subtle) start(mode === "touch", true);
}

/* ---- Scanning: in page order, with Clear first. ---- */

const pressable = () => [...(document.querySelector("dialog[open]") ?? document).querySelectorAll(CONTROL)]
  .filter((part) => part.checkVisibility({ visibilityProperty: true }) && !part.matches(".skip, .more, input"));

function next() {
  clearTimeout(pace);
  pace = setTimeout(step, find("speech").dataset.pace * 1_000);
}

function step() {
  next();
  if (on && !voice.paused && !voice.ended) return; // the focused element is still being spoken
  const all = pressable();
  const at = all.indexOf(document.activeElement) + 1;
  left = at ? left - 1 : ROUNDS * all.length; // a new page is shown; after its rounds, the idle question appears
  if (left < 0 && !find("idle")?.open) return;
  all[at % all.length].focus({ focusVisible: true });
  if (left > 0) dispatchEvent(new Event("stir"));
}

export function scan() {
  wait();
  step();
}

addEventListener("keydown", (event) => {
  if (!pace || !SWITCH.has(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.repeat) return;
  left = ROUNDS * pressable().length;
  next(); // the next item gets its full time
  if (document.activeElement.matches(CONTROL)) document.activeElement.click();
}, true);

/* ---- Keys and touches while the mode is on. ---- */

function here() {
  return document.activeElement === document.body ? last : document.activeElement;
}

function go(stop) {
  if (!stop.matches(CONTROL)) stop.tabIndex = -1;
  if (document.activeElement === stop) say(read(stop));
  else stop.focus();
}

function move(by) {
  const all = stops();
  if (refused) say(read(here())); // first, say what could not be heard
  else go(by ? all.at((all.indexOf(here()) + by) % all.length) : all[0]);
}

addEventListener("keydown", (event) => {
  wait();
  if (refused && asked() && !SWITCH.has(event.key)) put();
  const [by, louder] = [TOP.has(event.code) ? 0 : NEXT[event.code], LOUDER[event.code]];
  if (!on || (by ?? louder) === undefined || (event.target.matches("input") && /^Arrow(Left|Right)$/.test(event.code))) return;
  event.preventDefault();
  if (louder) voice.volume = Math.min(1, Math.max(STEP, voice.volume + louder));
  else move(by);
}, true);

addEventListener("touchstart", (event) => swipes && event.preventDefault(), { capture: true, passive: false }); // prevents clicks and scrolling
addEventListener("pointerdown", (event) => {
  hush();
  wait();
  from = swipes && event.isPrimary ? event : null;
}, { capture: true, passive: true });
addEventListener("pointerup", ({ clientX, clientY, timeStamp }) => {
  if (!from) return;
  const [x, y] = [clientX - from.clientX, clientY - from.clientY];
  const moved = Math.hypot(x, y) > SWIPE;
  const twice = !moved && timeStamp - tapped < TWICE;
  from = null;
  tapped = moved || twice ? -Infinity : timeStamp;
  if (twice) here()?.click();
  else if (moved) move(Math.sign(Math.abs(x) > Math.abs(y) ? x : y));
  else go(stops().find((stop) => stop.contains(document.elementFromPoint(clientX, clientY))) ?? here() ?? stops()[0]);
}, true);

addEventListener("click", ({ target }) => {
  const link = target.closest("a[href]");
  const other = (on || pace) && cover() && link && link.pathname !== location.pathname; // Start opens another document
  if (other) link.hash = pace ? "scan" : swipes ? "touch" : "aloud";
}, true);

document.addEventListener("focusin", ({ target }) => on && say(read(target)));
document.addEventListener("toggle", ({ target }) => {
  if (on && target.matches("details") && target.contains(document.activeElement)) say(state(target.firstElementChild));
}, true);
document.addEventListener("play", ({ target }) => target !== voice && hush(), true); // the Listen button was used
document.addEventListener("visibilitychange", () => document.hidden && hush());
document.addEventListener("leaving", stop);
addEventListener("pagehide", stop);
document.addEventListener("pulled", silence); // the headset was unplugged
