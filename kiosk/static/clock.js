/* Fills in the cover from the device's clock, in the school's time zone: time, date and current bell, or nothing if
   the clock is obviously wrong. Everything moves by one pixel each minute, so that nothing stays in one place all
   day. */
(() => {
  "use strict";
  const [clock, time, day] = ["clock", "clock-time", "clock-day"].map((id) => document.getElementById(id));
  const bells = document.querySelectorAll(".bells li");
  const { lang } = document.documentElement;
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  /* Digits are 0-9 in every language, as on signs here. Browsers do not know Hmong, so its day names are in the page. */
  const known = Intl.DateTimeFormat.supportedLocalesOf([lang]).length > 0;
  const locale = `${known ? lang : "en-US"}-u-nu-latn-hc-${"twelve" in clock.dataset ? "h12" : "h23"}`;
  const hours = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
  const days = new Intl.DateTimeFormat(locale, { weekday: "long", month: "long", day: "numeric" });
  const figures = new Intl.DateTimeFormat(locale, { month: "numeric", day: "numeric" });

  function dated(now) {
    if (known) return days.format(now);
    return `${day.dataset.days.split("|")[(now.getDay() + 6) % 7]}, ${figures.format(now)}`;
  }

  /* "AM" is small next to the digits, on the language's side. */
  function timed(now) {
    return hours.formatToParts(now).map(({ type, value }) => {
      if (type !== "dayPeriod" && value.trim()) return value;
      const small = document.createElement("small");
      small.textContent = value;
      return small;
    });
  }

  /* A 24-hour schedule, as strings that sort correctly, such as "08:30". There are no bells on Saturday or Sunday. */
  function mark(now, believed) {
    const moment = now.toTimeString().slice(0, 5);
    for (const bell of bells) {
      const [opens, closes] = [...bell.querySelectorAll("time")].map((part) => part.dateTime);
      const on = believed && now.getDay() % 6 > 0 && opens <= moment && moment < closes;
      if (on) bell.setAttribute("aria-current", "time");
      else bell.removeAttribute("aria-current");
    }
  }

  /* Goes back and forth between -reach and reach, by one per step, starting at 0. */
  const wave = (step, reach) => Math.abs(((step + reach) % (4 * reach)) - 2 * reach) - reach;

  /* The machine may be set to another zone, such as UTC, but this date's fields are the school's local time. */
  function here() {
    const now = new Date();
    try {
      return new Date(now.toLocaleString("en-US", { timeZone: clock.dataset.zone }));
    } catch {
      return now; // this browser does not know the zone
    }
  }

  function look() {
    const now = here();
    const believed = now.getFullYear() >= 2026;
    clock.hidden = !believed;
    time.replaceChildren(...timed(now));
    day.textContent = dated(now);
    mark(now, believed);
    const minutes = still.matches ? 0 : Math.floor(performance.now() / 60_000);
    document.body.style.translate = `${wave(minutes, 6)}px ${wave(minutes, 5)}px`;
  }
  look();
  setInterval(look, 5_000);
})();
