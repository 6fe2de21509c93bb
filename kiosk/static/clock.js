/* Day and time on the school-info page, from the device's own clock; nothing at all from a clock that is plainly wrong. */
(() => {
  "use strict";
  const write = (part, language, options) => {
    part.textContent = new Intl.DateTimeFormat(language, options).format(new Date());
  };
  function look() {
    document.getElementById("clock").hidden = new Date().getFullYear() < 2026;
    const time = { hour: "numeric", minute: "2-digit" };
    write(document.getElementById("clock-time"), document.documentElement.lang, time);
    for (const part of document.querySelectorAll(".clock-day")) {
      write(part, part.lang, { weekday: "long", month: "long", day: "numeric" });
    }
  }
  look();
  setInterval(look, 5000);
})();
