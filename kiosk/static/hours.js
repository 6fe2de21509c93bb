/* Marks a line with listed hours "Open now" or "Closed now". Same rule as content/hours.py, held to the same table of
   cases. The page already says the hours in words; a clock that cannot be right changes nothing. */
(() => {
  "use strict";
  const days = { Mon: "mo", Tue: "tu", Wed: "we", Thu: "th", Fri: "fr", Sat: "sa", Sun: "su" };

  function state(openings, zone, now) {
    if (now.getUTCFullYear() < 2026) return "unknown";
    let parts;
    try {
      parts = new Intl.DateTimeFormat("en-US", {
        timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
      }).formatToParts(now);
    } catch {
      return "unknown"; // a zone that this browser does not know must not read as closed
    }
    const part = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
    const time = `${part.hour}:${part.minute}`;
    const open = openings.some(([on, from, to]) => on.includes(days[part.weekday]) && from <= time && time < to);
    return open ? "open" : "closed";
  }

  const marks = [...document.querySelectorAll("[data-hours]")].map((mark) => {
    const words = mark.querySelector("span");
    const [hours, also] = [JSON.parse(mark.dataset.hours), JSON.parse(mark.dataset.also ?? "[]")];
    return { mark, words, said: words.textContent, tables: [hours, ...also] };
  });

  function look() {
    for (const { mark, words, said, tables } of marks) {
      const states = new Set(tables.map((openings) => state(openings, mark.dataset.zone, new Date())));
      const now = states.size === 1 ? [...states][0] : "unknown"; // calls open and texts closed is neither
      mark.classList.toggle("open", now === "open");
      mark.classList.toggle("closed", now === "closed");
      words.textContent = now === "unknown" ? said : `${mark.dataset[now]}. ${said}`;
    }
  }
  look();
  setInterval(look, 30000);
})();
