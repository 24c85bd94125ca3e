// The tables: sorted by a click, the one of EPCI filtered by name, region and population; what is shown is downloaded as CSV.
"use strict";
(function () {
  const { $, tables, indicators, plain, slugOf, official, save } = window.Carbone;
  const value = (text) => { const number = Number(text.replace(/[\u202f\s]/g, "").replace("\u2212", "-").replace(",", ".")); return Number.isNaN(number) ? null : number; };
  for (const table of tables) {
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
  }
  const rows = () => Array.from($("table-epci").tBodies[0].rows);
  function filter() {
    const names = $("f-nom").value.split(/[,;]/).map(plain).filter(Boolean), region = $("f-region").value, size = $("f-taille").value;
    let shown = 0;
    for (const row of rows()) {
      row.hidden = !((!names.length || names.some((name) => (" " + plain(official(row.querySelector("a")))).includes(" " + name))) && (!region || row.dataset.g.split(" ").includes(region)) && (!size || row.dataset.h === size));
      shown += !row.hidden;
    }
    $("compte").textContent = shown + (shown > 1 ? " intercommunalités" : " intercommunalité");
  }
  for (const id of ["f-nom", "f-region", "f-taille"]) $(id).addEventListener("input", filter);
  $("filtres").addEventListener("submit", (event) => event.preventDefault());
  // Semicolons, decimal commas and a byte order mark: what a French spreadsheet opens with a double click.
  const cell = (text) => '"' + text.replace(/"/g, '""') + '"';
  const figure = (text) => value(text) === null ? "" : text.replace(/[\u202f\s]/g, "").replace("\u2212", "-");
  $("vers-csv").addEventListener("click", () => {
    const head = ["code", "nom", "moins de 10 communes", ...indicators.map((one) => one.head)].map(cell).join(";");
    const body = rows().filter((row) => !row.hidden).map((row) => [cell(slugOf(row.querySelector("a")).split("-").pop()), cell(official(row.querySelector("a"))), "k" in row.dataset ? "oui" : "non",
      ...Array.from(row.cells).slice(1).map((one) => figure(one.textContent))].join(";"));
    save("intercommunalites.csv", "text/csv;charset=utf-8", "\ufeff" + [head, ...body].join("\r\n") + "\r\n");
  });
  filter();
  for (const id of ["filtres", "tri"]) $(id).hidden = false;
})();
