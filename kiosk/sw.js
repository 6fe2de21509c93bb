/* The whole pack in the browser, so that the screen works with every cable pulled.

   Owns one rule: what is shown is one whole pack, every byte of it checked, and it changes only while nobody is in the
   middle of a visit. A pack lives in a cache of its own; `kiosk-meta` names the one that is shown (`/current`) and the
   one that waits for the screen to rest (`/next`). Its list is put last, so a cache with a list is a whole one, wherever
   a power cut fell. Refuses anything whose hash, size or origin is not as the list says, and tells the server nothing:
   it asks for /pack.json and, when that has changed, for what changed in it. kiosk/offline.py fills in the two names in
   double at signs. */
"use strict";

const META = "kiosk-meta";
const LIST = "/pack.json";
const REST = "/leave";
const FRAME = "@@frame@@"; // stands for the headers of every page: pages under other headers are fetched anew
const LINES = "@@lines@@"; // one page with the crisis lines, for when there is neither a pack nor a server
const AT_ONCE = 3; // files under way at the same time: a tap must not wait behind an update
const LARGEST = 8 * 1024 * 1024; // bytes; no file of a pack comes near it
const PATIENCE = 30_000; // milliseconds for one file; a server that hangs must not hold an update for ever
const OPEN = new Set([LIST, "/sw.js", "/beat"]); // what the server is asked for, always
const KEPT = [
  "content-type", "cache-control", "content-security-policy", "referrer-policy", "x-content-type-options",
  "cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy",
];

/* Modes: the same rule as kiosk/edition/display_modes.py, held to it by tests/kiosk/modes_cases.json. */
const MODES = ["big", "contrast", "down"];
const ADDRESS = /^\/([a-z]{2,3}(?:-[A-Za-z]+)?)\/((?:big|contrast|down)(?:\+(?:big|contrast|down))*)(\/[^]*)?$/;
const LINK = /="\/([a-z]{2,3}(?:-[A-Za-z]+)?)\/(?:(big|contrast|down)\/)?/g;
const inOrder = (modes) => MODES.filter((mode) => modes.includes(mode));

function split(path) {
  const found = ADDRESS.exec(path);
  const modes = found ? found[2].split("+") : [];
  if (!found || inOrder(modes).join("+") !== found[2]) return [path, []];
  return [`/${found[1]}${found[3] ?? ""}`, modes];
}

function apply(html, modes) {
  if (!modes.length) return html;
  return html.replace(' data-mode=""', ` data-mode="${modes.join(" ")}"`).replace(LINK, (_whole, language, toggle) => {
    const then = inOrder(MODES.filter((mode) => modes.includes(mode) !== (mode === toggle))).join("+");
    return then ? `="/${language}/${then}/` : `="/${language}/`;
  });
}

/* What is held. */
const textOf = async (cache, key) => (await (await cache.match(key))?.text()) ?? "";

async function packNamed(name) {
  if (!name || !(await caches.has(`pack-${name}`))) return null;
  const cache = await caches.open(`pack-${name}`);
  const list = await cache.match(LIST);
  if (!list) return null;
  const body = await list.text();
  const files = new Map(JSON.parse(body).files.map((file) => [file.url, file.sha256]));
  return { name, cache, files, body, etag: list.headers.get("etag") ?? "" };
}

async function find() {
  const named = await packNamed(await textOf(await caches.open(META), "/current"));
  if (named) return named;
  // A power cut may lose the name of a cache, or the cache itself; any other whole pack is better than none.
  for (const key of await caches.keys()) {
    const other = key.startsWith("pack-") && (await packNamed(key.slice(5)));
    if (other) return other;
  }
  return null;
}

let shown; // the promise of the pack that is shown: found once, then kept while this worker lives
async function held() {
  shown ??= find();
  const pack = await shown;
  if (!pack) shown = undefined;
  return pack;
}

/* Getting a pack. */
const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function bytesOf(response) {
  const parts = [];
  let size = 0;
  const reader = response.body.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    size += piece.value.length;
    if (size > LARGEST) {
      reader.cancel().catch(() => {});
      throw new Error("too large");
    }
    parts.push(piece.value);
  }
  return new Blob(parts).arrayBuffer();
}

async function get(url, headers = {}) {
  const response = await fetch(url, {
    cache: "no-store", credentials: "omit", redirect: "error", priority: "low", signal: AbortSignal.timeout(PATIENCE),
    headers,
  });
  if (response.status === 304 && headers["if-none-match"]) return null;
  if (response.status !== 200 || response.type !== "basic" || response.redirected) throw new Error("not as listed");
  return response;
}

/* The response to keep: its bytes are those of the list, its headers only what a page needs. The browser has unpacked
   the body, so a length or an encoding copied from the answer would be a lie. */
async function checked(response, sha256) {
  const body = await bytesOf(response);
  if (hex(await crypto.subtle.digest("SHA-256", body)) !== sha256) throw new Error("another hash");
  const headers = new Headers();
  for (const name of KEPT) if (response.headers.has(name)) headers.set(name, response.headers.get(name));
  return new Response(body, { headers });
}

async function copied(file, old) {
  if (old?.files.get(file.url) !== file.sha256 || !old.name.endsWith(FRAME)) return null;
  const hit = await old.cache.match(file.url);
  return hit ? checked(hit, file.sha256).catch(() => null) : null;
}

async function fill(cache, files, old) {
  const todo = [...files].reverse();
  const lane = async () => {
    for (let file = todo.pop(); file; file = todo.pop()) {
      const mine = await cache.match(file.url); // of an update that a power cut ended: checked again, not asked again
      if (mine && (await checked(mine, file.sha256).catch(() => null))) continue;
      await cache.put(file.url, (await copied(file, old)) ?? (await checked(await get(file.url), file.sha256)));
    }
  };
  const lanes = Array.from({ length: AT_ONCE }, () => lane().catch((problem) => {
    todo.length = 0; // one bad file and the pack is refused: the other lanes need not go on
    throw problem;
  }));
  const failed = (await Promise.allSettled(lanes)).find((end) => end.status === "rejected");
  if (failed) throw failed.reason;
}

/* The list, or the one that is held where it is still right: a server that just started need not make every page to
   say so. */
async function list(old) {
  const response = await get(LIST, old?.etag ? { "if-none-match": old.etag } : {});
  if (!response) return { body: old.body, etag: old.etag };
  return { body: new TextDecoder().decode(await bytesOf(response)), etag: response.headers.get("etag") ?? "" };
}

const listed = ({ body, etag }) => new Response(body, { headers: { "content-type": "application/json", etag } });

async function load() {
  const old = await held();
  const found = await list(old);
  const { version, files } = JSON.parse(found.body);
  if (!version || !files.some((file) => file.url === REST)) throw new Error("not a pack"); // the built-in pages are none
  const name = `${version}-${FRAME}`;
  const meta = await caches.open(META);
  for (const key of await caches.keys()) {
    if (key.startsWith("pack-") && key !== `pack-${old?.name}` && key !== `pack-${name}`) await caches.delete(key);
  }
  if (old?.name === name) {
    await meta.delete("/next");
    if (old.etag !== found.etag) {
      await old.cache.put(LIST, listed(found)); // the same pages, on another day
      shown = undefined;
    }
    const have = new Set((await old.cache.keys()).map((request) => new URL(request.url).pathname));
    return fill(old.cache, files.filter((file) => !have.has(file.url)), null); // none, unless the disk lost some
  }
  if (!(await packNamed(name))) await install(name, found, files, old);
  if (!old) return show(await packNamed(name));
  await meta.put("/next", new Response(name));
  return "ready";
}

async function install(name, found, files, old) {
  const cache = await caches.open(`pack-${name}`);
  try {
    await fill(cache, files, old);
    await cache.put(LIST, listed(found));
  } catch (problem) {
    await caches.delete(`pack-${name}`);
    throw problem;
  }
}

/* The one switch. The pack before goes at the next look: a page that was just opened may still ask for its pictures. */
async function show(pack) {
  const meta = await caches.open(META);
  await meta.put("/current", new Response(pack.name));
  shown = Promise.resolve(pack);
  await meta.delete("/next");
}

const alone = (work) => navigator.locks.request("pack", { ifAvailable: true }, (lock) => lock && work());

async function look() {
  const word = await alone(load).catch(() => ""); // the old pack stays; the next look tries again
  if (word) await tell(word);
}

async function windows() {
  return self.clients.matchAll({ type: "window", includeUncontrolled: true });
}

async function tell(word) {
  for (const client of await windows()) client.postMessage(word);
}

const calm = async () => (await windows()).every((client) => new URL(client.url).pathname === REST);

async function rest() {
  if (!(await calm())) return;
  await alone(async () => {
    const name = await textOf(await caches.open(META), "/next");
    const next = name !== (await held())?.name ? await packNamed(name) : null;
    if (next) {
      await show(next);
      await tell("fresh");
    }
  });
  await look();
}

/* Answering. */
function part(hit, range) {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
  if (from === undefined) return hit;
  return hit.blob().then((whole) => {
    const last = Math.min(to ? Number(to) : whole.size - 1, whole.size - 1);
    const headers = new Headers(hit.headers);
    headers.set("content-range", `bytes ${from}-${last}/${whole.size}`);
    return new Response(whole.slice(Number(from), last + 1), { status: 206, headers });
  });
}

async function dressed(hit, modes, status = 200) {
  if (!modes.length && status === 200) return hit;
  return new Response(apply(await hit.text(), modes), { status, headers: hit.headers });
}

async function page(pack, path) {
  const [base, modes] = split(path);
  const other = base.endsWith("/") ? base.slice(0, -1) : `${base}/`;
  const url = pack.files.has(base) || !pack.files.has(other) ? base : other;
  const hit = await pack.cache.match(url);
  if (hit) return dressed(hit, modes);
  if (!pack.files.has(url)) return null;
  return checked(await get(url), pack.files.get(url)).then((whole) => dressed(whole, modes), () => null);
}

async function unknown(pack, path) {
  const [base, modes] = split(path);
  const hit = await pack.cache.match(`/${base.split("/")[1]}/missing`);
  return hit ? dressed(hit, modes, 404) : Response.redirect(REST, 302);
}

const lines = () => new Response(LINES, { headers: { "content-type": "text/html; charset=utf-8" } });

async function answer(request) {
  const pack = await held();
  const going = request.mode === "navigate";
  if (!pack) return fetch(request).catch(() => (going ? lines() : Response.error()));
  const path = new URL(request.url).pathname;
  const hit = await page(pack, path).catch(() => null);
  if (hit) return request.headers.has("range") ? part(hit, request.headers.get("range")) : hit;
  if (going) return unknown(pack, path);
  // A picture of a page from before the switch, or of one that the server sent before this worker took over.
  return (await caches.match(path)) ?? fetch(request);
}

/* A slip for a printer that hangs on the server, and a search of the large directory that only the server holds, are all
   that leaves the browser more. */
const SENT = /\/(?:print|search)$/;
const sent = (request) => fetch(request.clone()).catch(() => (request.mode === "navigate" ? answer(request) : Response.error()));

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    if (!(await held())) await alone(load);
    if (!(await held())) throw new Error("no pack yet"); // not installed; the next page tries again
  })());
});
self.addEventListener("activate", (event) => {
  shown = undefined; // found while this worker waited, and maybe replaced since
  event.waitUntil(self.clients.claim());
});
self.addEventListener("message", (event) => {
  if (event.data === "look") event.waitUntil(look());
  if (event.data === "idle") event.waitUntil(rest());
  if (event.data === "turn") event.waitUntil(calm().then((yes) => yes && self.skipWaiting()));
});
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== location.origin || OPEN.has(pathname)) return;
  const posted = event.request.method === "POST" && SENT.test(pathname);
  event.respondWith(posted ? sent(event.request) : answer(event.request));
});
