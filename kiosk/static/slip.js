/* The Print button: only a script can print, so without script there is no button, and the page prints all the same. */
(() => {
  "use strict";
  document.getElementById("print-row").hidden = false;
  document.getElementById("print").addEventListener("click", () => print());
})();
