/* Marks a line that lists its hours as "Open now" or "Closed now"; see tests/content/hours_cases.json. Be careful: people
   who read "closed" do not call. The page already gives the hours in words. A clock that the server has not confirmed
   recently changes nothing. */
(() => {
  "use strict";
  const days = { Mon: "mo", Tue: "tu", Wed: "we", Thu: "th", Fri: "fr", Sat: "sa", Sun: "su" };
  const FRESH = 100_000; // milliseconds; the server answers every 30 s (offline.js)
  const fixed = new Set(["1-1", "6-19", "7-4", "11-11", "12-25"]);
  const floating = new Set(["1-Mon-3", "2-Mon-3", "9-Mon-1", "10-Mon-2", "11-Thu-4"]);

  function holiday({ year, month, day, weekday }) {
    const named = (shift) => {
      const date = new Date(Date.UTC(year, month - 1, Number(day) + shift));
      return fixed.has(`${date.getUTCMonth() + 1}-${date.getUTCDate()}`);
    };
    const kept = { Mon: -1, Fri: 1 }[weekday] ?? 0; // a holiday on a weekend is observed on the nearest weekday
    const memorial = month === "5" && weekday === "Mon" && day > 24;
    return named(0) || named(kept) || memorial || floating.has(`${month}-${weekday}-${Math.ceil(day / 7)}`);
  }

  function state(openings, zone, now) {
    let parts;
    try {
      parts = new Intl.DateTimeFormat("en-US", {
        timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
        year: "numeric", month: "numeric", day: "numeric",
      }).formatToParts(now);
    } catch {
      return "unknown"; // this browser does not know the zone, which must not look like "closed"
    }
    const part = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
    const time = `${part.hour}:${part.minute}`;
    const open = openings.some(([on, from, to]) => on.includes(days[part.weekday]) && from <= time && time < to);
    if (!open) return "closed";
    return holiday(part) ? "holiday" : "open"; // hours for ordinary weeks do not prove that a line is open on a holiday
  }

  let marks = [];
  function begin() {
    marks = Array.from(document.querySelectorAll("[data-hours]"), (mark) => {
      const words = mark.querySelector("span");
      const [hours, also] = [JSON.parse(mark.dataset.hours), JSON.parse(mark.dataset.also ?? "[]")];
      return { mark, words, said: words.textContent, tables: [hours, ...also] };
    });
    look();
  }

  async function vouched() {
    const age = Date.now() - Number((await (await caches.match("/clock", { cacheName: "kiosk-meta" }))?.text()) ?? NaN);
    return age >= 0 && age < FRESH;
  }

  async function look() {
    const trusted = await vouched().catch(() => false);
    for (const { mark, words, said, tables } of marks) {
      const states = new Set(tables.map((openings) => state(openings, mark.dataset.zone, new Date())));
      const one = states.has("holiday") ? "holiday" : [...states][0];
      const agreed = states.size === 1 || one === "holiday"; // if calls are open but texts are closed, it is neither
      const now = trusted && agreed ? one : "unknown";
      mark.classList.toggle("open", now === "open");
      mark.classList.toggle("closed", now === "closed");
      words.textContent = mark.dataset[now] ? `${mark.dataset[now]}. ${said}` : said;
    }
  }
  begin();
  document.addEventListener("drawn", begin);
  setInterval(look, 30000);
})();
