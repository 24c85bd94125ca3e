// What the scripts of the home page share. The page holds every figure and works without them.
"use strict";
window.Carbone = (function () {
  const $ = (id) => document.getElementById(id);
  const tables = Array.from(document.querySelectorAll("table.indicateurs"));
  const indicators = Array.from($("indicateur").options, (option, rank) => ({
    code: option.value, head: option.dataset.h, unit: option.dataset.u, ratio: "r" in option.dataset, signed: "d" in option.dataset, column: rank + 1,
  }));
  // Names without accents nor case, ligatures as two letters, "st" as "saint".
  const plain = (text) => text.toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae").normalize("NFD").replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, " ").trim().replace(/\bste?\b/g, (short) => short === "st" ? "saint" : "sainte");
  const slugOf = (anchor) => anchor.getAttribute("href").replace(/^territoires\/|\.html$/g, "");
  const links = new Map(tables.flatMap((table) => Array.from(table.tBodies[0].querySelectorAll("a"), (anchor) => [slugOf(anchor), anchor])));
  const link = (slug) => links.get(slug);
  const row = (slug) => link(slug).closest("tr");
  const official = (anchor) => (anchor.dataset.p || "") + anchor.textContent;
  const figure = (slug, indicator) => row(slug).cells[indicator.column].textContent;
  // A text becomes a file of the visitor's; nothing leaves the page.
  function save(name, type, content) {
    const anchor = document.createElement("a");
    anchor.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
    anchor.download = name;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(anchor.href), 10000);
  }
  return { $, tables, indicators, plain, slugOf, link, row, official, figure, save };
})();
