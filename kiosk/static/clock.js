/* Day and time on the school-info page, from the device's own clock; nothing at all from a clock that is plainly wrong. */
(() => {
  "use strict";
  const language = document.documentElement.lang;
  const write = (id, options) => {
    document.getElementById(id).textContent = new Intl.DateTimeFormat(language, options).format(new Date());
  };
  function look() {
    document.getElementById("clock").hidden = new Date().getFullYear() < 2026;
    write("clock-time", { hour: "numeric", minute: "2-digit" });
    write("clock-day", { weekday: "long", month: "long", day: "numeric" });
  }
  look();
  setInterval(look, 5000);
})();
