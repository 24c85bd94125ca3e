// The home page's comforts: colours by indicator, hover, zoom, search, sort. The page holds every figure and works without them.
"use strict";
(function () {
  const $ = (id) => document.getElementById(id);
  const map = $("carte"), svg = map.querySelector("svg"), bubble = $("bulle"), table = $("table");
  const shapes = Array.from(svg.querySelectorAll("path[data-c]"));
  const cells = (shape, column) => $("r" + shape.id.slice(1)).children[column].textContent;

  // Colours: classes were chosen when the page was made; nothing is computed here.
  const choice = $("indicateur");
  function colour() {
    const wanted = Number(choice.value);
    for (const shape of shapes) shape.setAttribute("class", shape.dataset.c[wanted]);
    for (const legend of document.querySelectorAll(".legende")) legend.hidden = Number(legend.dataset.i) !== wanted;
  }
  // Hover reads the table: one figure, one place.
  const unit = () => choice.selectedOptions[0].textContent.replace(/^.*\((.*)\)$/, "$1");
  let pointed = null;
  function tell() {
    bubble.hidden = !pointed;
    if (pointed) bubble.textContent = cells(pointed, 0) + " : " + cells(pointed, Number(choice.value) + 1) + " " + unit();
  }
  svg.addEventListener("pointerover", (event) => { pointed = event.target.closest("path[data-c]"); tell(); });
  svg.addEventListener("pointerleave", () => { pointed = null; tell(); });
  choice.addEventListener("change", () => { colour(); tell(); });
  colour(); // a browser may have kept the choice of an earlier visit

  // Zoom: the view box moves, the drawing stays.
  const whole = svg.getAttribute("viewBox").split(" ").map(Number);
  let view = whole.slice();
  function show(x, y, width) {
    width = Math.min(whole[2], Math.max(whole[2] / 24, width));
    const height = width * whole[3] / whole[2];
    view = [Math.min(whole[2] - width, Math.max(0, x)), Math.min(whole[3] - height, Math.max(0, y)), width, height];
    svg.setAttribute("viewBox", view.join(" "));
    map.classList.toggle("agrandie", width < whole[2]); // a finger then moves the map, not the page
  }
  function zoom(factor, at) {
    const [fx, fy] = at || [0.5, 0.5], width = view[2] * factor;
    show(view[0] + fx * (view[2] - width), view[1] + fy * (view[3] - width * whole[3] / whole[2]), width);
  }
  const actions = { "+": () => zoom(0.6), "-": () => zoom(1 / 0.6), "0": () => show(0, 0, whole[2]) };
  const step = (dx, dy) => show(view[0] + dx * view[2] / 6, view[1] + dy * view[3] / 6, view[2]);
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  map.addEventListener("keydown", (event) => {
    const key = event.key === "=" ? "+" : event.key;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (actions[key]) actions[key](); else if (arrows[key]) step(...arrows[key]); else return;
    event.preventDefault();
  });
  map.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && document.activeElement !== map) return; // the page scrolls until the map was asked for
    const box = svg.getBoundingClientRect();
    zoom(event.deltaY < 0 ? 0.8 : 1.25, [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
    event.preventDefault();
  }, { passive: false });
  let grip = null, dragged = false;
  svg.addEventListener("pointerdown", (event) => { grip = [event.clientX, event.clientY, view[0], view[1]]; dragged = false; });
  window.addEventListener("pointermove", (event) => {
    if (!grip || view[2] === whole[2]) return;
    const scale = view[2] / svg.getBoundingClientRect().width, dx = event.clientX - grip[0], dy = event.clientY - grip[1];
    dragged = dragged || Math.abs(dx) + Math.abs(dy) > 6;
    if (dragged) show(grip[2] - dx * scale, grip[3] - dy * scale, view[2]);
  });
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => { grip = null; });
  svg.addEventListener("click", (event) => { if (dragged) event.preventDefault(); }, true);
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  $("zoom").addEventListener("click", (event) => { const z = event.target.dataset.z; if (z) actions[z](); });

  // Search: names without accents nor case; communes come from a file of their own, asked for at the first letter.
  const plain = (text) => text.toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae").normalize("NFD").replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, " ").trim().replace(/\bste?\b/g, (short) => short === "st" ? "saint" : "sainte");
  const places = Array.from(table.tBodies[0].rows, (row) => [row.querySelector("a"), row.id.slice(1)])
    .concat(Array.from(document.querySelectorAll("[data-liste] a[data-code]"), (link) => [link, link.dataset.code]))
    .map(([link, code]) => ({ text: plain(link.textContent + " " + code), code: plain(code), 
      name: link.textContent + (link.dataset.maille ? " (" + link.dataset.maille + ")" : ""), href: link.getAttribute("href") }));
  let communes = null;
  function load() {
    if (communes) return;
    communes = [];
    const script = document.createElement("script");
    script.src = "assets/communes.js";
    script.onload = () => {
      const named = Object.fromEntries(places.map((one) => [one.href, one.name]));
      for (const [slug, names] of Object.entries(window.COMMUNES)) {
        const href = "territoires/" + slug + ".html";
        for (const name of names) communes.push({ text: plain(name), name: name + " (commune) : " + named[href], href });
      }
      search();
    };
    document.head.append(script);
  }
  const field = $("q"), list = $("trouves"), count = $("trouves-compte"), MOST = 30;
  function search() {
    const wanted = plain(field.value);
    list.replaceChildren();
    count.textContent = "";
    if (wanted.length < 2) return;
    const words = wanted.split(" "), squeezed = wanted.replace(/ /g, ""); // "lhay" is "L'Haÿ" too
    const rank = (one) => one.text === wanted || one.code === wanted ? 0 : one.code ? 1 : one.text.startsWith(wanted) ? 2 : 3;
    const found = places.concat(communes || []).filter((one) => words.every((word) => (" " + one.text).includes(" " + word))
      || (squeezed.length > 3 && one.text.replace(/ /g, "").startsWith(squeezed)));
    found.sort((a, b) => rank(a) - rank(b) || a.text.length - b.text.length || (a.name < b.name ? -1 : 1));
    count.textContent = found.length === 0 ? "Rien de ce nom ni de ce code." : found.length + (found.length > 1 ? " réponses" : " réponse")
      + (found.length > MOST ? ", les " + MOST + " premières" : "");
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

  // Sort: names by French order, figures by their value, what is not known last.
  const value = (text) => { const number = Number(text.replace(/[\u202f\s]/g, "").replace("\u2212", "-").replace(",", ".")); return Number.isNaN(number) ? null : number; };
  const heads = Array.from(table.tHead.rows[0].cells);
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const way = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", way === 1 ? "ascending" : "descending");
      const rows = Array.from(table.tBodies[0].rows, (row) => [column ? value(row.cells[column].textContent) : row.cells[0].textContent, row]);
      rows.sort(([a], [b]) => a === null || b === null ? (a === null) - (b === null) : way * (column ? a - b : a.localeCompare(b, "fr")));
      table.tBodies[0].append(...rows.map(([, row]) => row));
    });
  });

  for (const id of ["choix", "zoom", "tri"]) $(id).hidden = false;
  field.disabled = false;
})();
