/* Ranked search in the page over the pack's own words. It ignores accents and tolerates typos. The rules are the same
   as in kiosk/search.py, checked by tests/kiosk/search_cases.json. It sends nothing and stores nothing. */
"use strict";

function finder({ alone, count, crisis, endings, lines, names, phrases, poison, small, sounds, staff, taken, topics, urgent, words }) {
  const TITLE = 5, BOOST = 1.5, PREFIX = 0.7, FORM = 0.7, ONE_OFF = 0.6, TWO_OFF = 0.4, MOST = 8, LONGEST = 20;
  const STEM = 4, SINGULAR = 3, LEAST = 0.2;
  const known = new Map(Object.entries(words));
  const spelt = [...known.keys()].sort();
  const boosted = new Set(crisis);
  const first = new Map(lines);
  const second = new Map(urgent);
  const third = new Map(poison);
  const passed = new Set(small);
  const adults = new Set(staff);
  const needs = new Set(topics);
  const swallowed = new Set(taken);

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
  const sound = (word) => sounds.reduce((said, [from, to]) => said.replaceAll(from, to), word);
  let spellings; // known words by spelling and by sound, made for the first misspelled word

  function spell() {
    spellings = new Map();
    for (const word of spelt.filter((one) => !isNumber(one))) {
      for (const spelling of new Set([word, sound(word)])) {
        if (!spellings.has(spelling)) spellings.set(spelling, { spelled: letters(spelling), terms: [] });
        spellings.get(spelling).terms.push(word);
      }
    }
  }

  /* Chinese, which has no spaces, or Korean, where words take endings: at least two characters or syllables. */
  const unspaced = (word) => /^[\u3400-\u9fff]./u.test(word) || /^[\u1100-\u11ff].../u.test(word);
  const whole = spelt.filter(unspaced);

  /* The word without its longest ending, if enough letters remain. */
  function stem(word) {
    const size = letters(word).length;
    const gone = endings.find((ending) => size >= ending.length + (ending === "s" ? SINGULAR : STEM) && word.endsWith(ending));
    return gone ? word.slice(0, -gone.length) : word;
  }

  const forms = new Map();
  for (const word of spelt) { // only topics' words: a form of a word must not find a partner
    const entries = known.get(word);
    if (entries.length && !entries.some((number, at) => at % 2 === 0 && needs.has(number))) continue;
    const root = stem(word);
    if (!forms.has(root)) forms.set(root, []);
    forms.get(root).push(word);
  }

  /* How many edits may separate a misspelled word from a known word. */
  function allowance(word) {
    if (word.length < 4 || word.length > LONGEST) return 0;
    return word.length < 7 ? 1 : 2;
  }

  /* Known words with the spelling or sound nearest to these letters. */
  function nearest(typed) {
    if (typed.length < 3 || typed.length > LONGEST + 2) return [];
    if (!spellings) spell();
    let within = [];
    let least = 2;
    for (const { spelled, terms } of spellings.values()) {
      const allowed = allowance(spelled);
      const most = Math.min(allowed, least);
      if (!allowed || Math.abs(spelled.length - typed.length) > most) continue;
      const far = distance(typed, spelled);
      if (far > most) continue;
      if (far < least) [within, least] = [[], far];
      within.push(...terms);
    }
    return within;
  }

  function* misspelt(word) {
    const said = sound(word);
    const found = new Set([...new Set([word, said])].flatMap((one) => nearest(letters(one))));
    const apart = (one, other) => distance(letters(one), letters(other));
    const far = new Map([...found].map((term) => [term, apart(word, term) + apart(said, sound(term))]));
    const least = Math.min(...far.values());
    for (const [term, edits] of far) if (edits === least) yield [term, least <= 2 ? ONE_OFF : TWO_OFF];
  }

  /* Other forms of the word. */
  const others = (word) => (forms.get(stem(word)) ?? []).filter((term) => term !== word).map((term) => [term, FORM]);

  function* near(word, last) {
    if (isNumber(word)) {
      // A number matches only itself; a ZIP code also matches the word "zip".
      if (known.has(word)) yield [word, 1];
      if (word.length === 5 && known.has("zip")) yield ["zip", 1];
      return;
    }
    if (known.has(word)) yield [word, 1];
    const character = /^[\u3400-\u9fff]$/u.test(word) && !passed.has(word); // a Chinese character that carries meaning
    if (last && (letters(word).length >= 3 || character || /^[\u1100-\u11ff]./u.test(word))) {
      for (const term of spelt) if (term.startsWith(word)) yield [term, PREFIX];
    }
    if (character) {
      for (const term of whole) if (term.indexOf(word) > 0) yield [term, PREFIX];
    }
    if (unspaced(word)) {
      for (const term of whole) if (term !== word && word.includes(term)) yield [term, FORM];
    }
    if (!known.has(word) && !others(word).length) yield* misspelt(word);
  }

  function scored(word, terms) {
    const best = new Map();
    const own = (known.get(word)?.length ?? 0) / 2;
    for (const [term, sure] of terms) {
      const entries = known.get(term);
      const rarity = Math.log(1 + count / Math.max(entries.length / 2, own, 1));
      for (let at = 0; at < entries.length; at += 2) {
        const score = sure * entries[at + 1] * rarity;
        best.set(entries[at], Math.max(best.get(entries[at]) ?? 0, score));
      }
    }
    return best;
  }

  /* Entries whose whole name or phrase was typed, with its number of words, or one more for an exact match. A single
     word counts only by itself. */
  function* called(list, typed, meant) {
    const exactly = typed.join(" ");
    for (const [name, number] of list) {
      const last = name.length > 1 ? meant.length - name.length : meant.length === 1 ? 0 : -1;
      for (let start = 0; start <= last; start += 1) {
        if (name.every((part, at) => meant[start + at].has(part))) {
          yield [number, name.length + (name.join(" ") === exactly)];
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
    const told = typed.filter((word) => !passed.has(word));
    const telling = told.length ? told : typed;
    const terms = new Map(typed.map((word) => [word, [...near(word, word === typed.at(-1))]]));
    for (const word of telling) {
      for (const [number, score] of scored(word, [...terms.get(word), ...others(word)])) {
        scores.set(number, (scores.get(number) ?? 0) + score);
        hits.set(number, (hits.get(number) ?? 0) + 1);
      }
    }
    const meant = (words, more) => words.map((word) => new Set([[word], ...terms.get(word), ...more(word)].map(([term]) => term)));
    const byName = new Set();
    const sole = telling.length === 1 && Object.hasOwn(alone, telling[0]) ? alone[telling[0]].map((number) => [number, 1]) : [];
    for (const [number, length] of [...called(names, typed, meant(typed, () => [])), ...called(phrases, telling, meant(telling, others)), ...sole]) {
      byName.add(number);
      scores.set(number, Math.max(scores.get(number) ?? 0, length * TITLE * Math.log(1 + count)));
      hits.set(number, Math.max(hits.get(number) ?? 0, length));
    }
    for (const word of telling.filter(isNumber)) { // a ZIP code counts as naming the services nearby
      for (const [term] of terms.get(word)) known.get(term).forEach((number, at) => at % 2 || byName.add(number));
    }
    for (const number of scores.keys()) if (boosted.has(number)) scores.set(number, scores.get(number) * BOOST);
    const took = telling.some((word) => swallowed.has(word));
    const guessed = !telling.some((word) => known.has(word));
    return inOrder(new Map([...scores].map(([number, score]) => [number, score * hits.get(number)])), byName, guessed, took ? third : new Map()).slice(0, MOST);
  };

  /* Entries worth showing, best first: a topic for students comes before everything that was not named. Unnamed text
     for staff is left out if a topic fits or no word is known. */
  function inOrder(worth, byName, guessed, then) {
    const fits = guessed || [...worth.keys()].some((number) => needs.has(number));
    const ranked = [...worth.keys()].filter((number) => !fits || !adults.has(number) || byName.has(number));
    ranked.sort((a, b) => worth.get(b) - worth.get(a) || a - b);
    const kept = ranked.filter((number) => worth.get(number) >= worth.get(ranked[0]) * LEAST);
    const top = byName.has(kept[0]) ? kept[0] : kept.find((number) => needs.has(number)) ?? kept[0];
    const line = first.get(top); // for a crisis, its hotline goes first
    const danger = second.get(top); // if its page says to call 911 first, the page for danger goes after it
    return [...new Set([line, top, danger, then.get(top), ...kept])].filter((number) => number !== undefined);
  }
}

globalThis.finder = finder; // if a later page of a visit loads this script, it is a module
