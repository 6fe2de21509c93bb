/* Read aloud: the clips of this page, one after another, after a tap and never by itself; no button until all of them
   are there. Any touch outside the panel stops it, and so does leaving. The volume is this page's alone, so the next person starts at the default. */
(() => {
  "use strict";
  const find = (id) => document.getElementById(id);
  const button = find("listen");
  const panel = find("listen-panel");
  const voice = find("listen-voice");
  const named = button.dataset.clips;
  const clips = named.split(" ");
  const DEFAULT = 0.6;
  const STEP = 0.2;
  let next = 0;
  voice.volume = DEFAULT;

  /* The worker answers, and no server hears which page this is; without a worker the server that just sent the page. */
  async function offer() {
    const answer = await fetch("/audio/ready", { method: "POST", body: named }).catch(() => null);
    button.hidden = answer?.status !== 200;
  }
  offer();

  function stop() {
    next = 0;
    voice.pause();
    voice.removeAttribute("src"); // nothing is left to be resumed by a key on a headset
    voice.load();
  }

  function close() {
    stop();
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
  }

  function gone() {
    close();
    button.hidden = true; // a clip is missing after all: better no button than half a page
  }

  function say() {
    if (next >= clips.length) return stop();
    dispatchEvent(new Event("stir")); // who listens needs no touch to stay
    voice.src = clips[next];
    next += 1;
    // A refused or interrupted play is a stop: nothing here may speak later by itself.
    voice.play().catch((reason) => reason.name === "AbortError" || stop());
  }

  voice.addEventListener("ended", say);
  voice.addEventListener("error", () => voice.hasAttribute("src") && gone());

  button.addEventListener("click", () => {
    if (!panel.hidden) return close();
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    if (button.dataset.way === "speaker") say();
    find(button.dataset.way === "speaker" ? "listen-stop" : "listen-play").focus();
  });
  find("listen-play").addEventListener("click", () => {
    stop();
    say();
  });
  find("listen-stop").addEventListener("click", () => {
    close();
    button.focus();
  });
  const turn = (by) => {
    voice.volume = Math.min(1, Math.max(STEP, voice.volume + by));
  };
  find("listen-quieter").addEventListener("click", () => turn(-STEP));
  find("listen-louder").addEventListener("click", () => turn(STEP));

  addEventListener("pointerdown", (event) => {
    const own = panel.contains(event.target) || button.contains(event.target);
    if (!own && !panel.hidden) close();
  }, { capture: true, passive: true });
  document.addEventListener("leaving", close);
  addEventListener("pagehide", close);
  document.addEventListener("visibilitychange", () => document.hidden && close());
})();
