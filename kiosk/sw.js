/* Stores the whole pack in the browser, so that the screen works even with every cable unplugged.

   It keeps one rule: the screen shows one pack, with every byte checked, and changes packs only while nobody is in the
   middle of a visit. A pack comes in tiers: the first language with styles, scripts and fonts, then each other language.
   All files are in one cache, named by address and hash. A pack is a record of its complete tiers, written after their
   last file, so it lists nothing that a power outage could have lost. `kiosk-meta` names the pack that is shown (`/current`)
   and the one that is waiting until the screen is idle (`/next`). A first pack is shown once its first tier is complete;
   an update is as complete as the pack that it replaces. The worker requests a later tier's page from the server, and
   shows it only if it is from the same pack. It also asks the server for addresses that are not on any list, as only the
   server knows whether such a page exists; no page links to one (decision 0032). Speech is not part of a pack: clips come
   last, one at a time, in the server's order.
   It rejects anything whose hash, size or origin differs from the list, and tells the server nothing: it requests
   /pack.json and, if that has changed, the changed files; when idle, /audio.json and its new clips. kiosk/offline.py
   fills in the names between double at signs (decision 0032).
   If one server has several schools, each school has its own worker, below its address (BASE); the addresses in lists,
   caches and records omit BASE. On a plain host (ROOT), files are named by hash and shared by all schools, and a school's
   additions to a page come with its list: docs/develop/decisions/0062. */
"use strict";

const [, BASE = ""] = /^(.*)\/sw\.js$/.exec(self.location.pathname) ?? [];
const ROOT = "@@root@@"; // the path from this script to a plain host's shared files; "" on our own server
const META = `kiosk-meta${BASE}`;
const PAGES = `pages${BASE}`;
const SPEECH = `speech${BASE}`;
const LIST = "/pack.json";
const CLIPS = "/audio.json";
const READY = "/audio/ready";
const REST = "/leave";
const FRAME = "@@frame@@"; // identifies the headers of every page: if they change, pages are fetched again
const LINES = "@@lines@@"; // a page with the crisis lines, for when there is no pack and no server
const AT_ONCE = 3; // files to load at the same time: a tap must not wait behind an update
const LARGEST = 8 * 1024 * 1024; // bytes; no file in a pack is nearly as large
const PATIENCE = 30_000; // milliseconds for one file; a server that hangs must not block an update forever
const ASKING = 5_000; // milliseconds for a page that is not listed; after that, a student gets the pack's crisis lines
const TURN = 60_000; // milliseconds of fetching clips: a browser stops a worker that is busy for minutes
const AGAIN = 300_000; // milliseconds until the next request for the list of clips
const OPEN = new Set([LIST, CLIPS, "/sw.js", "/beat"]); // always requested from the server
const KEPT = [
  "content-type", "cache-control", "content-security-policy", "referrer-policy", "x-content-type-options",
  "cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy",
];

/* Modes: the same rules as in kiosk/edition/display_modes.py, checked by tests/kiosk/modes_cases.json. */
const MODES = ["big", "huge", "contrast", "down"];
const ADDRESS = /^\/([a-z]{2,3}(?:-[A-Za-z]+)?)\/((?:big|huge|contrast|down)(?:\+(?:big|huge|contrast|down))*)(\/[^]*)?$/;
const SAFE = BASE.replace(/[^\w/-]/g, "\\$&");
const LINK = new RegExp(`="(${SAFE}/[a-z]{2,3}(?:-[A-Za-z]+)?/)(?:(big|huge|contrast|down)/)?`, "g");
const ABOVE = new RegExp(`(?<!clips)="/(?!/|${SAFE.slice(1)}/)`, "g");
const inOrder = (modes) => MODES.filter((mode) => modes.includes(mode) && (mode !== "huge" || modes.includes("big")));

function switched(modes, toggle) {
  const mode = toggle === "big" && modes.includes("big") && !modes.includes("huge") ? "huge" : toggle;
  return inOrder(MODES.filter((one) => modes.includes(one) !== (one === mode)));
}

function split(path) {
  const found = ADDRESS.exec(path);
  const modes = found ? found[2].split("+") : [];
  if (!found || inOrder(modes).join("+") !== found[2]) return [path, []];
  return [`/${found[1]}${found[3] ?? ""}`, modes];
}

function apply(html, modes) {
  if (!modes.length) return html;
  return html.replace(' data-mode=""', ` data-mode="${modes.join(" ")}"`).replace(LINK, (_whole, start, toggle) => {
    const then = (toggle ? switched(modes, toggle) : modes).join("+");
    return then ? `="${start}${then}/` : `="${start}`;
  });
}

/* Adapts a page to this school: puts addresses below BASE, as in kiosk/edition/links.py, and adds the school's words. */
function below(html, path, fill = {}) {
  const words = { ...fill[""], ...fill[path.split("/")[1]] };
  const own = html.replace(/@{2}(\w+)@{2}/g, (whole, name) => words[name] ?? whole);
  return BASE ? own.replace(ABOVE, `="${BASE}/`) : own;
}

/* What is stored for a pack: its name, which is the server's version and our frame; the hash of each file in its
   complete tiers; and the lists of later tiers. */
const textOf = async (cache, key) => (await (await cache.match(key))?.text()) ?? "";
const recordOf = (name) => `${LIST}?${name}`;
const keyOf = (pack, url, sha256) => `${url}?${sha256}.${pack.name.split(".")[1]}`;

async function packNamed(name) {
  const cache = await caches.open(PAGES);
  const record = name && (await cache.match(recordOf(name)));
  if (!record) return null;
  const { files, more, fill } = await record.json();
  return { name, cache, files: new Map(files), more, fill };
}

async function find() {
  const named = await packNamed(await textOf(await caches.open(META), "/current"));
  if (named) return named;
  // A power cut may lose a pack's name or record; any other pack is better than none.
  for (const { url } of await (await caches.open(PAGES)).keys(LIST, { ignoreSearch: true })) {
    const other = await packNamed(new URL(url).search.slice(1));
    if (other) return other;
  }
  return null;
}

let shown; // a promise of the pack that is shown, found once and then kept while this worker runs
let doubtful = true; // whether the cache may have too many or too few files
async function held() {
  shown ??= find().catch(() => null);
  const pack = await shown;
  if (!pack) shown = undefined;
  return pack;
}

/* Getting files. */
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

/* The location of a listed file: its address or, on a plain host, a path with its hash. */
function placed(url, sha256) {
  if (!ROOT) return BASE + url;
  return ROOT + (url.startsWith("/static/") ? url.slice(1) : `files/${sha256}${/\.\w+$/.exec(url)?.[0] ?? ".html"}`);
}

async function get(url, headers = {}) {
  const response = await fetch(url, {
    cache: ROOT ? "no-cache" : "no-store", credentials: "omit", redirect: "error", priority: "low", signal: AbortSignal.timeout(PATIENCE),
    headers,
  });
  if (response.status === 304 && headers["if-none-match"]) return null;
  if (response.status !== 200 || response.type !== "basic" || response.redirected) throw new Error("not as listed");
  return response;
}

const jsonOf = async (response) => JSON.parse(new TextDecoder().decode(await bytesOf(response)));

/* The response to store. Its bytes match the list, and it has only the headers that a page needs. The browser has
   already unpacked the body, so a copied length or encoding would be wrong. */
async function checked(response, sha256) {
  const body = await bytesOf(response);
  if (hex(await crypto.subtle.digest("SHA-256", body)) !== sha256) throw new Error("another hash");
  const headers = new Headers();
  for (const name of KEPT) if (response.headers.has(name)) headers.set(name, response.headers.get(name));
  return new Response(body, { headers });
}

const keysIn = async (cache) =>
  new Set((await cache.keys()).map(({ url }) => url.slice(location.origin.length)));

/* Puts every file on a list into the cache. `sure`: a pack whose cached files are known to be correct. Other files are
   from an update that a power cut interrupted, so they are checked again, but not requested again. */
async function fill(pack, files, sure) {
  const have = await keysIn(pack.cache);
  const todo = files.map(({ url, sha256 }) => [url, sha256, keyOf(pack, url, sha256)]).reverse();
  const lane = async () => {
    for (let file = todo.pop(); file; file = todo.pop()) {
      const [url, sha256, key] = file;
      if (have.has(key)) {
        if (sure?.files.get(url) === sha256) continue;
        if (await checked(await pack.cache.match(key), sha256).catch(() => null)) continue;
      }
      await pack.cache.put(key, await checked(await get(placed(url, sha256)), sha256));
    }
  };
  const lanes = Array.from({ length: AT_ONCE }, () => lane().catch((problem) => {
    todo.length = 0; // one bad file makes the whole tier fail, so the other downloads can stop
    throw problem;
  }));
  const failed = (await Promise.allSettled(lanes)).find((end) => end.status === "rejected");
  if (failed) throw failed.reason;
}

/* The first tier's list; null if the stored pack is still current, which a server that has just started can tell
   without making any page. */
async function list(old) {
  const [version, frame] = old?.name.split(".") ?? [];
  const response = await get(BASE + LIST, frame === FRAME && !ROOT ? { "if-none-match": `"${version}"` } : {});
  if (!response) return null;
  const found = await jsonOf(response);
  if (!found.version || !found.files.some((file) => file.url === REST)) throw new Error("not a pack"); // the built-in pages are not a pack
  return { ...found, name: `${found.version}.${FRAME}` };
}

const LOOKS = 60_000; // milliseconds between two requests to a plain host
let looked = -Infinity;
const lists = new Map(); // the lists of later tiers, by pack and address
async function listed(pack, address) {
  const key = pack.name + address;
  if (!lists.has(key)) {
    const found = await jsonOf(await get(BASE + address));
    if (found.version !== pack.name.split(".")[0]) throw new Error("of another pack");
    lists.set(key, found.files);
  }
  return lists.get(key);
}

/* The pack with one more tier, once that tier is complete. */
async function extended(pack, files, more, sure) {
  await fill(pack, files, sure);
  const all = [...pack.files, ...files.map(({ url, sha256 }) => [url, sha256])];
  await pack.cache.put(recordOf(pack.name), new Response(JSON.stringify({ files: all, more, fill: pack.fill })));
  return { ...pack, files: new Map(all), more };
}

async function further(pack, sure) {
  const [address, ...more] = pack.more;
  const longer = await extended(pack, await listed(pack, address), more, sure);
  lists.delete(pack.name + address);
  return longer;
}

/* Removes everything that is not in these packs. */
async function tidy(cache, packs) {
  const named = new Set();
  for (const pack of packs) {
    named.add(recordOf(pack.name));
    for (const [url, sha256] of pack.files) named.add(keyOf(pack, url, sha256));
  }
  for (const key of await keysIn(cache)) if (!named.has(key)) await cache.delete(key);
  lists.clear();
}

async function load() {
  const old = await held();
  if (ROOT && old && !old.more.length && performance.now() - looked < LOOKS) return "";
  looked = performance.now();
  const found = await list(old);
  if (found && found.name !== old?.name) return begin(old, found);
  await (await caches.open(META)).delete("/next");
  if (doubtful) {
    await tidy(old.cache, [old]);
    await fill(old, [...old.files].map(([url, sha256]) => ({ url, sha256 })), old);
    doubtful = false;
  }
  for (let pack = old; pack.more.length; ) {
    pack = await further(pack);
    shown = Promise.resolve(pack);
  }
}

async function begin(old, { name, files, more, fill }) {
  let pack = await packNamed(name);
  if (!pack) {
    const empty = { name, fill, cache: await caches.open(PAGES), files: new Map(files.map((file) => [file.url, file.sha256])) };
    await tidy(empty.cache, old ? [old, empty] : [empty]);
    pack = await extended({ ...empty, files: new Map() }, files, more, old);
  }
  if (!old) return show(pack);
  while (pack.more.length && !old.more.length) pack = await further(pack, old);
  await (await caches.open(META)).put("/next", new Response(name));
  return "ready";
}

/* The only place that switches packs. The old pack stays until the next check: a page that was just opened may still
   request its pictures. */
async function show(pack) {
  const meta = await caches.open(META);
  await meta.put("/current", new Response(pack.name));
  shown = Promise.resolve(pack);
  doubtful = true;
  await meta.delete("/next");
}

const alone = (work) => navigator.locks.request(BASE ? PAGES : "pack", { ifAvailable: true }, (lock) => lock && work());

async function look() {
  const word = await alone(load).catch(() => ""); // the old pack stays; the next check tries again
  if (word) await tell(word);
}

async function windows() {
  const all = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return all.filter(({ url }) => new URL(url).pathname.startsWith(`${BASE}/`));
}

async function tell(word) {
  for (const client of await windows()) client.postMessage(word);
}

const calm = async () => (await windows()).every((client) => new URL(client.url).pathname.replace(/\/$/, "") === BASE + REST);

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
  await navigator.locks.request(SPEECH, { ifAvailable: true }, (lock) => lock && learn()).catch(() => {});
}

/* Reading aloud: which clips are stored, by address, and which are still missing. */
let voices;
let coming = [];
let asked = -Infinity;

async function spoken() {
  voices ??= caches.has(SPEECH).then(async (some) => {
    const keys = some ? await keysIn(await caches.open(SPEECH)) : [];
    return new Map([...keys].map((key) => [key.split("?")[0], key]));
  });
  return voices;
}

/* Fetches clips last of all, one at a time and only when idle. Retries an unavailable clip after a while. */
async function learn() {
  if ((await held())?.more.length !== 0) return;
  const end = performance.now() + TURN;
  if (!coming.length) coming = await unheard();
  while (coming.length && performance.now() < end && (await calm())) {
    const { url, sha256 } = coming.shift();
    const clip = await get(placed(url, sha256)).then((answer) => checked(answer, sha256)).catch(() => null);
    if (!clip) continue;
    await (await caches.open(SPEECH)).put(`${url}?${sha256}`, clip);
    (await spoken()).set(url, `${url}?${sha256}`);
  }
}

async function unheard() {
  if (performance.now() - asked < AGAIN) return [];
  asked = performance.now();
  const { files } = await jsonOf(await get(ROOT ? ROOT + CLIPS.slice(1) : BASE + CLIPS));
  const had = await spoken();
  const wanted = new Map(files.map(({ url, sha256 }) => [url, `${url}?${sha256}`]));
  for (const [url, key] of files.length ? had : []) {
    if (wanted.get(url) === key) continue;
    had.delete(url);
    await (await caches.open(SPEECH)).delete(key);
  }
  return files.filter(({ url }) => !had.has(url));
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

/* A Listen button is on its page from the first frame or not at all, because reserved space would look like a gap. */
const LISTEN = /<button [^>]*id="listen" data-clips="([^"]*)"[^]*?<\/button>/;

async function voiced(html) {
  const [button, clips] = LISTEN.exec(html) ?? [];
  if (!button) return html;
  const had = await spoken();
  const all = clips.split(" ").every((url) => had.has(url));
  return html.replace(button, () => (all ? button.replace(" hidden>", ">") : ""));
}

async function dressed(hit, modes, status = 200, own = (html) => html) {
  if (!hit.headers.get("content-type")?.startsWith("text/html")) return hit;
  return new Response(await voiced(apply(own(await hit.text()), modes)), { status, headers: hit.headers });
}

/* The hash of a file in this pack, even if its tier has not arrived yet; then the address shows its language. */
async function hashOf(pack, url) {
  const [, first, second] = url.split(/[/.]/);
  const address = pack.more.find((other) => [`/pack/${first}.json`, `/pack/${second}.json`].includes(other));
  if (pack.files.has(url) || !address) return pack.files.get(url);
  return (await listed(pack, address)).find((file) => file.url === url)?.sha256;
}

async function page(pack, path) {
  const [base, modes] = split(path);
  const other = base.endsWith("/") ? base.slice(0, -1) : `${base}/`;
  for (const url of [base, other]) {
    const sha256 = await hashOf(pack, url);
    if (!sha256) continue;
    const hit = await pack.cache.match(keyOf(pack, url, sha256));
    doubtful ||= !hit && pack.files.has(url); // the disk has lost it
    const file = hit ?? (await checked(await get(placed(url, sha256)), sha256));
    return dressed(file, modes, 200, (html) => below(html, base, pack.fill));
  }
  return null;
}

async function unknown(pack, path) {
  const [base, modes] = split(path);
  const tag = base.split("/")[1];
  let hit = await page(pack, `/${tag}/missing`).catch(() => null);
  // The language has not arrived yet, and nothing answers: numbers in the first language are better than none.
  if (!hit && pack.more.includes(`/pack/${tag}.json`)) {
    hit = await page(pack, [...pack.files.keys()].find((url) => url.endsWith("/missing")) ?? REST);
  }
  return hit ? dressed(hit, modes, 404) : Response.redirect(BASE + REST, 302);
}

/* The server's answer for an address that is not listed; null if it has no such page either, or does not answer. */
async function unlisted(request) {
  if (ROOT) return null; // a plain host has only listed files, but may still answer 200
  const response = await fetch(request, { signal: AbortSignal.timeout(ASKING) }).catch(() => null);
  return response?.status === 404 ? null : response;
}

const lines = () => new Response(LINES, { headers: { "content-type": "text/html; charset=utf-8" } });

const pathOf = (url) => new URL(url).pathname.slice(BASE.length);

async function answer(request) {
  const pack = await held();
  const going = request.mode === "navigate";
  if (!pack) return fetch(request).catch(() => (going ? lines() : Response.error()));
  const path = pathOf(request.url);
  if (ROOT && going && pack.files.has(split(path)[0].replace(/\/$/, "")) && path.endsWith("/")) {
    return Response.redirect(BASE + path.slice(0, -1), 302); // a folder on the host is a page here
  }
  const hit = await page(pack, path).catch(() => undefined); // null: not listed
  if (hit) return hit;
  if (going) return (hit === null && (await unlisted(request))) || unknown(pack, path);
  if (!path.startsWith("/static/")) return Response.error(); // the server may have another pack by now
  // A picture for a page from before the switch, or one that the server sent before this worker took over.
  return (await pack.cache.match(path, { ignoreSearch: true })) ?? fetch(ROOT ? ROOT + path.slice(1) : request);
}

/* A clip, or the part of it that a player requests. The server does not learn what somebody listens to. One exception:
   a document that used the server before this worker took over continues to use it; otherwise, tones would replace the rest. */
const before = new Set();

async function clip(request, client) {
  if (!(await held())) return fetch(request);
  const key = (await spoken()).get(pathOf(request.url));
  const hit = key && (await (await caches.open(SPEECH)).match(key));
  if (!hit) return before.has(client) ? fetch(request) : Response.error();
  return request.headers.has("range") ? part(hit, request.headers.get("range")) : hit;
}

/* Whether all of a page's clips are stored; for pages that the server sent before this worker took over. */
async function ready(request) {
  if (!(await held())) return fetch(request);
  const had = await spoken();
  const all = (await request.text()).split(" ").every((url) => had.has(url));
  return new Response(null, { status: all ? 200 : 204 });
}

/* Only two more things leave the browser: a slip for a printer at the server, and a search of the large directory,
   which only the server has. */
const SENT = /\/(?:print|search)$/;
const sent = (request) => (ROOT ? Promise.reject() : fetch(request.clone())).catch(() => (request.mode === "navigate" ? answer(request) : Response.error()));

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    if (!(await held())) await alone(load);
    if (!(await held())) throw new Error("no pack yet"); // do not install; the next page tries again
  })());
});
self.addEventListener("activate", (event) => {
  shown = undefined; // found while this worker was waiting, and perhaps replaced since
  event.waitUntil((async () => {
    const ours = new Set((await self.clients.matchAll({ type: "window" })).map(({ id }) => id));
    for (const { id } of await windows()) if (!ours.has(id)) before.add(id);
    await self.clients.claim();
  })());
});
self.addEventListener("message", (event) => {
  if (event.data === "look") event.waitUntil(look());
  if (event.data === "more") event.waitUntil(held().then((pack) => pack?.more.length && look()));
  if (event.data === "idle") event.waitUntil(rest());
  if (event.data === "turn") event.waitUntil(calm().then((yes) => yes && self.skipWaiting()));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname: whole, origin } = new URL(request.url);
  const pathname = whole.slice(BASE.length);
  if (origin !== location.origin || !whole.startsWith(`${BASE}/`) || OPEN.has(pathname)) return;
  const posted = request.method === "POST" && SENT.test(pathname);
  if (pathname === READY) event.respondWith(ready(request));
  else if (pathname.startsWith("/audio/")) event.respondWith(clip(request, event.clientId));
  else event.respondWith(posted ? sent(request) : answer(request));
});
