// What the map shows as an image of its own (SVG, PNG): drawing, title, legend, source; its address, and the code that embeds it.
"use strict";
(function () {
  const { $, map, save } = window.Carbone, frame = $("carte");
  const SVG = "http://www.w3.org/2000/svg", SIDE = 330, TOP = 74, BOTTOM = 46, WIDTH = 1100, PNG = 2;
  const PAINT = ["fill", "stroke", "stroke-width", "fill-opacity", "font-size", "font-weight", "paint-order", "stroke-linejoin"];

  // An image reads no style sheet: what a shape looks like is written on it.
  function painted(source, scale) {
    const copy = source.cloneNode(true);
    const from = [source, ...source.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
    from.forEach((element, rank) => {
      const style = getComputedStyle(element), target = to[rank];
      if (style.display === "none" || element.hasAttribute("hidden")) { target.setAttribute("data-off", ""); return; }
      for (const name of PAINT) if (!["svg", "g", "a"].includes(element.tagName)) target.setAttribute(name, style.getPropertyValue(name));
      if (element.tagName === "path" && style.stroke !== "none") target.setAttribute("stroke-width", parseFloat(style.strokeWidth) * scale);
      for (const name of ["class", "id", "data-c", "data-p", "data-r", "href", "tabindex"]) target.removeAttribute(name);
    });
    for (const hidden of copy.querySelectorAll("[data-off]")) hidden.remove();
    return copy;
  }
  function text(words, x, y, size, weight, parent) {
    const element = document.createElementNS(SVG, "text");
    for (const [name, value] of [["x", x], ["y", y], ["font-size", size], ["font-weight", weight], ["fill", "#1b1f23"]]) element.setAttribute(name, value);
    element.textContent = words;
    parent.append(element);
  }
  function picture() {
    document.documentElement.classList.add("clair"); // paper is white, whatever the reader's screen
    const view = map.svg.viewBox.baseVal, width = WIDTH - SIDE, height = Math.round(width * view.height / view.width);
    const all = document.createElementNS(SVG, "svg"), total = TOP + height + BOTTOM;
    for (const [name, value] of [["xmlns", SVG], ["viewBox", "0 0 " + WIDTH + " " + total], ["width", WIDTH], ["height", total],
      ["font-family", "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"]]) all.setAttribute(name, value);
    const ground = document.createElementNS(SVG, "rect");
    for (const [name, value] of [["width", WIDTH], ["height", total], ["fill", "#fff"]]) ground.setAttribute(name, value);
    all.append(ground);
    const signed = map.indicator().signed, period = signed ? frame.dataset.flux : frame.dataset.stocks;
    text(map.indicator().head, 20, 34, 22, 700, all);
    text(map.mesh() + " ; " + period + (signed ? " ; négatif = séquestration nette" : ""), 20, 58, 15, 400, all);
    const drawing = painted(map.svg, view.width / width);
    for (const [name, value] of [["x", 0], ["y", TOP], ["width", width], ["height", height]]) drawing.setAttribute(name, value);
    drawing.removeAttribute("aria-hidden");
    all.append(drawing);
    let y = TOP + 30;
    for (const line of map.legend().querySelectorAll(".sens, li")) {
      const words = line.textContent.trim(), patch = line.querySelector(".pastille"), circle = line.querySelector("circle");
      if (!words) continue;
      if (patch) {
        const box = document.createElementNS(SVG, "rect");
        for (const [name, value] of [["x", width + 14], ["y", y - 13], ["width", 26], ["height", 17], ["rx", patch.classList.contains("rond") ? 8 : 0], ["fill", getComputedStyle(patch).backgroundColor], ["stroke", "#868e96"]]) box.setAttribute(name, value);
        all.append(box);
      }
      if (circle) {
        const radius = Number(circle.getAttribute("r")) * width / view.width, drawn = document.createElementNS(SVG, "circle");
        y += radius;
        for (const [name, value] of [["cx", width + 40], ["cy", y - 5], ["r", radius], ["fill", "none"], ["stroke", "#495057"]]) drawn.setAttribute(name, value);
        all.append(drawn);
        text(words, width + 60 + radius, y, 15, 400, all);
        y += radius + 20;
        continue;
      }
      text(words, width + (patch ? 50 : 14), y, 15, 400, all);
      y += 25;
    }
    text(document.querySelector(".pied p").textContent.trim(), 20, total - 26, 12, 400, all);
    text($("source-carte").textContent.trim(), 20, total - 9, 12, 400, all);
    document.documentElement.classList.remove("clair");
    return { words: '<?xml version="1.0" encoding="UTF-8"?>' + new XMLSerializer().serializeToString(all), width: WIDTH, height: total };
  }
  const name = (end) => "carte-" + map.indicator().code + "." + end;
  $("vers-svg").addEventListener("click", () => save(name("svg"), "image/svg+xml", picture().words));
  $("vers-png").addEventListener("click", () => {
    const { words, width, height } = picture(), image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = width * PNG;
      canvas.height = height * PNG;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(name("png"), "image/png", blob), "image/png");
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(words);
  });
  function offer(words, what) {
    const told = () => { $("copie").textContent = what + " : " + words; };
    if (navigator.clipboard) navigator.clipboard.writeText(words).then(() => { $("copie").textContent = what + ", copié : " + words; }, told); else told();
  }
  $("vers-lien").addEventListener("click", () => offer(map.address(false), "Adresse de cette vue"));
  $("vers-code").addEventListener("click", () => {
    if (location.protocol === "file:" && !frame.dataset.adresse) { $("copie").textContent = "Cette page est lue depuis un disque : poser d'abord le site chez un hébergeur."; return; }
    offer('<iframe src="' + map.address(true, frame.dataset.adresse).replace(/&/g, "&amp;") + '" title="Carbone des territoires" width="100%" height="720"></iframe>', "Code à coller");
  });
  $("actions").hidden = false;
})();
