/* Reads aloud: plays this page's clips one after another, only after a second tap; there is no button until all clips
   exist. Any touch outside the panel stops it, as do leaving, opening another page and unplugging a headset.
   The volume applies only to this page, so the next person starts at the default. */
(() => {
  "use strict";
  const find = (id) => document.getElementById(id);
  const DEFAULT = 0.6;
  const STEP = 0.2;
  const base = document.getElementById("clear").pathname.replace(/.leave.?$/, "");
  let button; // missing if the screen does not speak
  let panel;
  let voice;
  let clips;
  let next;

  function stop() {
    next = 0;
    voice.pause();
    voice.removeAttribute("src"); // a key on a headset must not resume it
    voice.load();
  }

  function close() {
    if (!button) return;
    stop();
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
  }

  function gone() {
    close();
    button.hidden = true; // a clip is missing after all; no button is better than half a page
  }

  function say() {
    if (next >= clips.length) return stop();
    dispatchEvent(new Event("stir")); // listeners stay without touching the screen
    voice.src = base + clips[next];
    next += 1;
    // Stop if playing is refused or interrupted, so that nothing speaks by itself later.
    const [one, played] = [voice, voice.play()];
    played.catch((reason) => reason.name === "AbortError" || one !== voice || stop());
  }

  function open() {
    if (!panel.hidden) return close();
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    find("listen-play").focus();
  }

  const turn = (by) => {
    voice.volume = Math.min(1, Math.max(STEP, voice.volume + by));
  };
  const buttons = {
    listen: open,
    "listen-play": () => {
      stop();
      say();
    },
    "listen-stop": () => {
      close();
      button.focus();
    },
    "listen-quieter": () => turn(-STEP),
    "listen-louder": () => turn(STEP),
  };
  addEventListener("click", ({ target }) => buttons[target.closest("button")?.id]?.());

  /* A page from the worker shows the button from its first frame or has none. Otherwise, ask the server that sent it. */
  async function offer(of) {
    const answer = await fetch(`${base}/audio/ready`, { method: "POST", body: of.dataset.clips }).catch(() => null);
    of.hidden = answer?.status !== 200;
  }

  const lost = ({ target }) => target === voice && voice.hasAttribute("src") && gone();

  function begin() {
    close(); // the previous page must stop speaking
    [button, panel, voice] = ["listen", "listen-panel", "listen-voice"].map(find);
    if (!button) return;
    clips = button.dataset.clips.split(" ");
    next = 0;
    voice.volume = DEFAULT;
    voice.addEventListener("ended", say);
    voice.addEventListener("error", lost);
  }
  const ask = () => button?.hidden && offer(button);
  begin();
  ask();
  document.addEventListener("page", begin);
  document.addEventListener("drawn", ask);

  addEventListener("pointerdown", ({ target }) => {
    if (button && !panel.hidden && !panel.contains(target) && !button.contains(target)) close();
  }, { capture: true, passive: true });
  document.addEventListener("leaving", close);
  document.addEventListener("pulled", close); // the headset was unplugged
  document.addEventListener("speaking", () => button && stop()); // speech mode speaks, or asks about a headset
  addEventListener("pagehide", close);
  document.addEventListener("visibilitychange", () => document.hidden && close());
})();
