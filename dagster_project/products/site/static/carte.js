// The map: colours or circles by indicator, meshes, tooltip, choice of a territory, zoom, names, and all of it in the address.
"use strict";
(function () {
  const { $, indicators, slugOf, link, row, official, figure } = window.Carbone;
  const SVG = "http://www.w3.org/2000/svg";
  const map = $("carte"), svg = map.querySelector("svg"), bubble = $("bulle"), chosen = $("choisi");
  const choice = $("indicateur"), mesh = $("maille"), circles = $("cercles"), names = $("noms");
  const groups = Array.from(svg.querySelectorAll(".maille"));
  const ratios = indicators.filter((one) => one.ratio), quantities = indicators.filter((one) => !one.ratio);
  const usual = { i: choice.value, m: mesh.value };
  const LABEL = 13, NAMED = 60; // pixels of a name; most names at once
  const group = () => groups.find((one) => one.dataset.m === mesh.value);
  const shapes = () => Array.from(group().querySelectorAll("path"));
  const indicator = () => indicators[choice.selectedIndex];
  const slug = (shape) => slugOf(shape.parentNode);
  const shapeOf = (wanted) => Array.from(svg.querySelectorAll("path[data-c]")).find((shape) => slug(shape) === wanted);
  let selected = null, pointed = null;

  // Classes and radii were chosen when the page was made; nothing is computed here.
  function draw() {
    const now = indicator(), rank = (now.ratio ? ratios : quantities).indexOf(now);
    for (const one of groups) one.toggleAttribute("hidden", one !== group());
    circles.replaceChildren();
    for (const shape of shapes()) {
      shape.setAttribute("class", now.ratio ? shape.dataset.c[rank] : "fond");
      const radius = !now.ratio && shape.dataset.r ? Number(shape.dataset.r.split(",")[rank] || 0) : 0;
      if (radius) {
        const circle = document.createElementNS(SVG, "circle"), [x, y] = shape.dataset.p.split(" ");
        for (const [name, value] of [["cx", x], ["cy", y], ["r", Math.abs(radius)], ["class", !now.signed ? "stock" : radius < 0 ? "puits" : "source"]]) circle.setAttribute(name, value);
        circles.append(circle);
      }
    }
    for (const legend of document.querySelectorAll(".legende-carte"))
      legend.hidden = legend.dataset.i !== now.code || (legend.dataset.m || mesh.value) !== mesh.value;
    $("titre-carte-de").textContent = "des " + mesh.selectedOptions[0].textContent.toLowerCase();
  }

  // Hover reads the table: one figure, one place.
  const said = (shape) => official(link(slug(shape))) + " : " + figure(slug(shape), indicator()) + " " + indicator().unit;
  function tell(event) {
    bubble.hidden = !pointed;
    if (!pointed) return;
    bubble.textContent = said(pointed);
    const box = map.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
    const left = x + 16 + bubble.offsetWidth < box.width ? x + 16 : Math.max(4, x - 16 - bubble.offsetWidth);
    const top = y + 16 + bubble.offsetHeight < box.height ? y + 16 : Math.max(4, y - 16 - bubble.offsetHeight);
    bubble.style.setProperty("left", left + "px");
    bubble.style.setProperty("top", top + "px");
  }
  svg.addEventListener("pointermove", (event) => {
    const shape = event.target.closest("path[data-c]");
    pointed = event.pointerType === "touch" ? null : shape;
    tell(event);
  });
  svg.addEventListener("pointerleave", () => { pointed = null; bubble.hidden = true; });

  function choose(wanted) {
    const shape = wanted && shapeOf(wanted);
    for (const one of svg.querySelectorAll(".vu")) one.classList.remove("vu");
    selected = shape ? wanted : null;
    chosen.hidden = !selected;
    if (!selected) return;
    shape.classList.add("vu");
    shape.parentNode.parentNode.append(shape.parentNode); // above its neighbours, so that its border is whole
    const title = document.createElement("strong"), text = document.createElement("p"), page = document.createElement("a");
    title.textContent = official(link(wanted));
    text.textContent = indicator().head + " : " + figure(wanted, indicator()) + ("k" in row(wanted).dataset ? ". Moins de 10 communes : un ordre de grandeur." : "");
    page.href = link(wanted).getAttribute("href");
    page.textContent = "Voir sa page";
    if (alone) page.target = "_top";
    chosen.replaceChildren(title, text, page);
  }

  // Zoom: the view box moves, the drawing stays.
  const whole = svg.getAttribute("viewBox").split(" ").map(Number);
  let view = whole.slice();
  function show(x, y, width) {
    width = Math.min(whole[2], Math.max(whole[2] / 24, width));
    const height = width * whole[3] / whole[2];
    view = [Math.min(whole[2] - width, Math.max(0, x)), Math.min(whole[3] - height, Math.max(0, y)), width, height];
    svg.setAttribute("viewBox", view.map((one) => Math.round(one * 10) / 10).join(" "));
    map.classList.toggle("agrandie", width < whole[2]); // a finger then moves the map, not the page
    label();
  }
  // Names of what is in sight, once few enough are, the widest first; one that would cover another is left out.
  function label() {
    names.replaceChildren();
    const scale = view[2] / (svg.getBoundingClientRect().width || 1), size = LABEL * scale;
    const inside = shapes().map((shape) => [shape, ...shape.dataset.p.split(" ").map(Number)])
      .filter(([, x, y]) => x > view[0] && x < view[0] + view[2] && y > view[1] && y < view[1] + view[3]);
    if (inside.length > NAMED) return;
    const kept = [];
    for (const [shape, x, y] of inside.map((one) => [one[0].getBBox().width, ...one]).sort((a, b) => b[0] - a[0]).map((one) => one.slice(1))) {
      const text = link(slug(shape)).textContent, half = text.length * size * 0.28;
      if (kept.some(([a, b, other]) => Math.abs(a - x) < half + other && Math.abs(b - y) < size * 1.2)) continue;
      kept.push([x, y, half]);
      const element = document.createElementNS(SVG, "text");
      for (const [name, value] of [["x", x], ["y", y], ["font-size", size], ["text-anchor", "middle"], ["class", "etiquette"], ["stroke-width", size / 5]]) element.setAttribute(name, value);
      element.textContent = text;
      names.append(element);
    }
  }
  function zoom(factor, at) {
    const [fx, fy] = at || [0.5, 0.5], width = view[2] * factor;
    show(view[0] + fx * (view[2] - width), view[1] + fy * (view[3] - width * whole[3] / whole[2]), width);
    write();
  }
  const actions = { "+": () => zoom(0.6), "-": () => zoom(1 / 0.6), "0": () => { show(0, 0, whole[2]); write(); } };
  const step = (dx, dy) => { show(view[0] + dx * view[2] / 6, view[1] + dy * view[3] / 6, view[2]); write(); };
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
  // Two fingers zoom, one moves the map once it is zoomed.
  const fingers = new Map();
  let span = null;
  function spread() {
    const [[ax, ay], [bx, by]] = fingers.values(), box = svg.getBoundingClientRect();
    return { length: Math.hypot(ax - bx, ay - by), at: [((ax + bx) / 2 - box.left) / box.width, ((ay + by) / 2 - box.top) / box.height] };
  }
  svg.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") fingers.set(event.pointerId, [event.clientX, event.clientY]);
    span = fingers.size === 2 ? spread() : null;
    if (span) grip = null;
  });
  window.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (!span || fingers.size !== 2) return;
    const now = spread();
    dragged = true;
    if (now.length > 0) zoom(span.length / now.length, now.at);
    span = now;
  });
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, (event) => { fingers.delete(event.pointerId); span = null; });
  let grip = null, dragged = false;
  svg.addEventListener("pointerdown", (event) => { if (fingers.size < 2) grip = [event.clientX, event.clientY, view[0], view[1]]; dragged = false; });
  window.addEventListener("pointermove", (event) => {
    if (!grip || view[2] === whole[2]) return;
    const scale = view[2] / svg.getBoundingClientRect().width, dx = event.clientX - grip[0], dy = event.clientY - grip[1];
    dragged = dragged || Math.abs(dx) + Math.abs(dy) > 6;
    if (dragged) show(grip[2] - dx * scale, grip[3] - dy * scale, view[2]);
  });
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => { if (dragged) write(); grip = null; });
  // A click chooses a territory and says its figure; a second one opens its page.
  svg.addEventListener("click", (event) => {
    const anchor = event.target.closest("a"), shape = anchor && anchor.querySelector("path");
    if (!shape || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (dragged || selected !== slug(shape)) event.preventDefault();
    if (!dragged) { choose(slug(shape)); write(); }
  }, true);
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  $("zoom").addEventListener("click", (event) => { const z = event.target.dataset.z; if (z) actions[z](); });

  // The address says what is shown, and shows what it says: #indicateur=...&maille=...&zoom=x,y,largeur&territoire=...&carte=seule
  let alone = false;
  function state() {
    const parts = [];
    if (choice.value !== usual.i) parts.push("indicateur=" + choice.value);
    if (mesh.value !== usual.m) parts.push("maille=" + mesh.value);
    if (view[2] < whole[2]) parts.push("zoom=" + view.slice(0, 3).map(Math.round).join(","));
    if (selected) parts.push("territoire=" + selected);
    if (alone) parts.push("carte=seule");
    return parts.join("&");
  }
  let written = null;
  function write() {
    written = "#" + state();
    if (location.hash === written || (written === "#" && !location.hash.includes("="))) return;
    try { history.replaceState(null, "", written); } catch { location.replace(written); } // some browsers refuse the first on a file
  }
  function read() {
    if (location.hash === written || (location.hash && !location.hash.includes("="))) return;
    const asked = new URLSearchParams(location.hash.slice(1));
    const set = (select, value, other) => { select.value = value || other; if (select.selectedIndex < 0) select.value = other; };
    set(choice, asked.get("indicateur"), usual.i);
    const place = asked.get("territoire"), of = (place || "").split("-")[0];
    set(mesh, asked.get("maille") || (Array.from(mesh.options).some((one) => one.value === of) ? of : null), usual.m);
    alone = asked.get("carte") === "seule";
    document.documentElement.classList.toggle("seule", alone);
    draw();
    const wanted = (asked.get("zoom") || "").split(",").map(Number);
    if (wanted.length === 3 && wanted.every(Number.isFinite)) show(...wanted); else show(0, 0, whole[2]);
    choose(place && place.split("-")[0] === mesh.value ? place : null);
  }
  const redraw = () => { draw(); label(); choose(selected && shapeOf(selected).closest("g") === group() ? selected : null); write(); };
  choice.addEventListener("change", redraw);
  mesh.addEventListener("change", redraw);
  window.addEventListener("hashchange", read);
  choice.value = usual.i; // a browser may have kept the choice of an earlier visit
  mesh.value = usual.m;
  draw();
  read();
  for (const id of ["choix", "zoom"]) $(id).hidden = false;
  window.Carbone.map = { svg, indicator, mesh: () => mesh.selectedOptions[0].textContent, legend: () => document.querySelector(".legende-carte:not([hidden])"),
    address: (whole, home) => (home || location.href.split("#")[0]) + "#" + (whole ? [state(), "carte=seule"].filter(Boolean).join("&") : state()) };
})();
