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
    return { mark, words, said: words.textContent, openings: JSON.parse(mark.dataset.hours) };
  });

  function look() {
    for (const { mark, words, said, openings } of marks) {
      const now = state(openings, mark.dataset.zone, new Date());
      mark.classList.toggle("open", now === "open");
      mark.classList.toggle("closed", now === "closed");
      words.textContent = now === "unknown" ? said : `${mark.dataset[now]}. ${said}`;
    }
  }
  look();
  setInterval(look, 30000);
})();
