/* Day and time on the school-info page, from the device's own clock; nothing at all from a clock that is plainly wrong. */
(() => {
  "use strict";
  /* Figures 0-9 and twelve hours in every language, as on signs here; figures alone where no words are known (Hmong). */
  const write = (part, language, options) => {
    const known = Intl.DateTimeFormat.supportedLocalesOf([language]).length > 0;
    const shown = known || !options.month ? options : { month: "numeric", day: "numeric" };
    const locale = known ? `${language}-u-nu-latn-hc-h12` : "en-US";
    part.textContent = new Intl.DateTimeFormat(locale, shown).format(new Date());
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
