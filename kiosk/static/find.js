/* Search over the pack's own words, in the page: accents folded, slips forgiven, ranked. The same rules as
   kiosk/search.py, held to it by tests/kiosk/search_cases.json. Asks nobody and keeps nothing. */
"use strict";

function finder({ count, crisis, lines, names, small, urgent, words }) {
  const TITLE = 5, BOOST = 1.5, PREFIX = 0.7, ONE_OFF = 0.6, TWO_OFF = 0.4, MOST = 8, LONGEST = 20;
  const known = new Map(Object.entries(words));
  const spelt = [...known.keys()].sort();
  const boosted = new Set(crisis);
  const first = new Map(lines);
  const second = new Map(urgent);
  const passed = new Set(small);

  function fold(text) {
    const bare = text.toUpperCase().toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("ς", "σ");
    return bare.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  }

  /* Optimal string alignment, as in content/model/edit_distance.py. */
  function distance(left, right) {
    let before = [];
    let last = Array.from({ length: right.length + 1 }, (_none, at) => at);
    for (let i = 1; i <= left.length; i += 1) {
      const row = [i];
      for (let j = 1; j <= right.length; j += 1) {
        const other = left[i - 1] !== right[j - 1];
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + other);
        const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
        if (swapped) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      [before, last] = [last, row];
    }
    return last[right.length];
  }

  const letters = (word) => [...word];
  const isNumber = (word) => /^[0-9]+$/.test(word);
  const spellings = new Map(spelt.filter((word) => !isNumber(word)).map((word) => [word, letters(word)]));

  /* How many edits away from a known word a misspelling may be. */
  function allowance(word) {
    if (word.length < 4 || word.length > LONGEST) return 0;
    return word.length < 7 ? 1 : 2;
  }

  function* misspelt(word) {
    const typed = letters(word);
    if (typed.length < 3 || typed.length > LONGEST + 2) return;
    let within = [];
    let least = 3;
    for (const [term, spelling] of spellings) {
      const most = Math.min(allowance(spelling), least);
      if (!most || Math.abs(spelling.length - typed.length) > most) continue;
      const far = distance(typed, spelling);
      if (far > most) continue;
      if (far < least) [within, least] = [[], far];
      within.push(term);
    }
    for (const term of within) yield [term, least === 1 ? ONE_OFF : TWO_OFF];
  }

  function* near(word, last) {
    if (isNumber(word)) {
      // A number means itself; a ZIP code also stands for the word "zip".
      if (known.has(word)) yield [word, 1];
      if (word.length === 5 && known.has("zip")) yield ["zip", 1];
      return;
    }
    if (known.has(word)) yield [word, 1];
    if (last && letters(word).length >= 3) {
      for (const term of spelt) if (term.startsWith(word)) yield [term, PREFIX];
    }
    if (!known.has(word)) yield* misspelt(word);
  }

  function scored(word, last) {
    const best = new Map();
    const own = (known.get(word)?.length ?? 0) / 2;
    for (const [term, sure] of near(word, last)) {
      const entries = known.get(term);
      const rarity = Math.log(1 + count / Math.max(entries.length / 2, own));
      for (let at = 0; at < entries.length; at += 2) {
        const score = sure * entries[at + 1] * rarity;
        best.set(entries[at], Math.max(best.get(entries[at]) ?? 0, score));
      }
    }
    return best;
  }

  /* Entries whose whole name was typed, and of how many words. A name of one word must stand alone. */
  function* named(typed) {
    const meant = typed.map((word, at) => {
      const terms = new Set([word]);
      for (const [term] of near(word, at === typed.length - 1)) terms.add(term);
      return terms;
    });
    for (const [name, number] of names) {
      const last = name.length > 1 ? typed.length - name.length : typed.length === 1 ? 0 : -1;
      for (let start = 0; start <= last; start += 1) {
        if (name.every((part, at) => meant[start + at].has(part))) {
          yield [number, name.length];
          break;
        }
      }
    }
  }

  /* The numbers of the best entries, best first. */
  return (query) => {
    const typed = fold(letters(query).slice(0, 200).join("")).slice(0, 12);
    const scores = new Map();
    const hits = new Map();
    const telling = typed.some((word) => !passed.has(word)) ? (word) => !passed.has(word) : () => true;
    typed.forEach((word, at) => {
      if (!telling(word)) return;
      for (const [number, score] of scored(word, at === typed.length - 1)) {
        scores.set(number, (scores.get(number) ?? 0) + score);
        hits.set(number, (hits.get(number) ?? 0) + 1);
      }
    });
    for (const [number, length] of named(typed)) {
      scores.set(number, Math.max(scores.get(number) ?? 0, length * TITLE * Math.log(1 + count)));
      hits.set(number, Math.max(hits.get(number) ?? 0, length));
    }
    for (const number of scores.keys()) if (boosted.has(number)) scores.set(number, scores.get(number) * BOOST);
    const worth = (number) => scores.get(number) * hits.get(number);
    const ranked = [...scores.keys()].sort((a, b) => worth(b) - worth(a) || a - b);
    const line = first.get(ranked[0]); // a crisis: its hotline goes before it
    const danger = second.get(ranked[0]); // its page says to call 911 first: the page for danger goes after it
    const fixed = [line, ranked[0], danger].filter((number, at, all) => number !== undefined && all.indexOf(number) === at);
    const kept = ranked.filter((number) => !fixed.includes(number) && worth(number) >= worth(ranked[0]) * 0.2);
    return [...fixed, ...kept].slice(0, MOST);
  };
}

globalThis.finder = finder; // where a later page of a visit brings this script, it comes as a module
