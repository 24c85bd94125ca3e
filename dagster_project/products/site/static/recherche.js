// Search by name, code, commune, postal code or earlier name, with a letter wrong. Communes come from a file of their own, at the first letter.
"use strict";
(function () {
  const { $, tables, plain, slugOf, official } = window.Carbone;
  const field = $("q"), list = $("trouves"), count = $("trouves-compte"), MOST = 30, LONG = 4, FEW = 8; // fewer answers than that are followed by those of a letter more or less
  const entry = (text, name, href, rank, codes) => ({ text: plain(text), name, href, rank, codes });
  const places = tables.flatMap((table) => Array.from(table.tBodies[0].rows, (row) => {
    const anchor = row.querySelector("a"), name = official(anchor), code = slugOf(anchor).split("-").pop();
    return entry(name + " " + code, name + (table.dataset.liste ? " (" + table.dataset.liste + ")" : ""), anchor.getAttribute("href"), 1, [code.toLowerCase()]);
  })).concat(Array.from(document.querySelectorAll("[data-liste] a[data-code]"), (anchor) =>
    entry(anchor.textContent + " " + anchor.dataset.code, anchor.textContent, anchor.getAttribute("href"), 1, [plain(anchor.dataset.code)])));
  let communes = null;
  function load() {
    if (communes) return;
    communes = [];
    const script = document.createElement("script");
    script.src = "assets/communes.js";
    script.onload = () => {
      const named = Object.fromEntries(places.map((one) => [one.href, one.name]));
      for (const [slug, known] of Object.entries(window.COMMUNES)) {
        const href = "territoires/" + slug + ".html";
        for (const line of known.c || []) {
          const [name, code, postal] = line.split("|");
          communes.push(entry(name, name + " (commune) : " + named[href], href, 3, [code.toLowerCase(), ...postal.split(" ").filter(Boolean)]));
        }
        for (const name of known.a || []) communes.push(entry(name, name + " (ancien nom) : " + named[href], href, 2, []));
      }
      search();
    };
    document.head.append(script);
  }
  // One letter more, less, other or two swapped is a typing mistake (Damerau, at most one).
  function near(a, b) {
    if (Math.abs(a.length - b.length) > 1) return false;
    let i = 0;
    while (i < a.length && a[i] === b[i]) i += 1;
    const [x, y] = [a.slice(i), b.slice(i)];
    return x.slice(1) === y.slice(1) || x.slice(1) === y || x === y.slice(1) || (x[0] === y[1] && x[1] === y[0] && x.slice(2) === y.slice(2));
  }
  const wordsOf = (one) => one.words || (one.words = one.text.split(" "));
  function matches(one, words, squeezed) {
    return words.every((word) => (" " + one.text).includes(" " + word)) || (squeezed.length > 3 && one.text.replace(/ /g, "").startsWith(squeezed));
  }
  function almost(one, words) {
    return words.every((word) => wordsOf(one).some((known) => known.startsWith(word) || (word.length >= LONG && near(word, known))));
  }
  function search() {
    const typed = plain(field.value), wanted = /^[\d ]+$/.test(typed) ? typed.replace(/ /g, "") : typed, digits = /^\d[\dab]\d{1,7}$/.test(wanted);
    list.replaceChildren();
    count.textContent = "";
    if (wanted.length < 2) return;
    const words = wanted.split(" "), squeezed = wanted.replace(/ /g, ""); // "lhay" is "L'Haÿ" too
    const all = places.concat(communes || []);
    let found = all.filter((one) => one.codes.includes(wanted) || (!digits && matches(one, words, squeezed)) || (digits && wanted.length >= 4 && one.codes.some((code) => code.startsWith(wanted))));
    const exact = found.length, known = new Set(found);
    const near = exact < FEW && !digits ? all.filter((one) => !known.has(one) && almost(one, words)) : [];
    const rank = (one) => one.text === wanted || one.codes.includes(wanted) ? 0 : one.text.startsWith(wanted) ? one.rank : one.rank + 1;
    const order = (a, b) => rank(a) - rank(b) || a.text.length - b.text.length || (a.name < b.name ? -1 : 1);
    found = [...found.sort(order), ...near.sort(order)];
    const many = (number) => number + (number > 1 ? " réponses" : " réponse");
    const without = digits && wanted.length === 5 && communes && communes.every((one) => one.codes.length < 2) ? " Les codes postaux sont absents de cette version." : "";
    const told = found.length === 0 ? "Rien de ce nom ni de ce code." + without : exact === 0 ? "Rien d'exact ; à une lettre près : " + many(near.length)
      : many(exact) + (near.length ? ", et " + near.length + " à une lettre près" : "");
    count.textContent = told + (found.length > MOST ? ", les " + MOST + " premières" : "");
    for (const one of found.slice(0, MOST)) {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = one.href;
      link.textContent = one.name;
      item.append(link);
      list.append(item);
    }
  }
  field.addEventListener("focus", load);
  field.addEventListener("input", () => { load(); search(); });
  field.addEventListener("keydown", (event) => {
    const first = list.querySelector("a");
    if (event.key === "ArrowDown" && first) { first.focus(); event.preventDefault(); }
    if (event.key === "Enter" && first) location.href = first.href;
    if (event.key === "Escape") { field.value = ""; search(); }
  });
  list.addEventListener("keydown", (event) => {
    const item = event.target.closest("li"), next = { ArrowDown: item && item.nextElementSibling, ArrowUp: item && item.previousElementSibling };
    if (!(event.key in next)) return;
    (next[event.key] ? next[event.key].firstChild : field).focus();
    event.preventDefault();
  });
  field.disabled = false;
})();
