"""Inventories written from the producers' layout pages alone, word for word, by other hands than the sample's; the truth beside them.

Figures are drawn per inhabitant, so that units must be right to pass.
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ORCAE_PARTS = ("01", "03", "07", "15", "26", "38", "42", "43", "63", "69D", "73", "74", "200046977")
ATMO_GROUPS = {"34": "residentiel_tertiaire", "219": "industrie_energie_dechets", "5": "agriculture", "6": "transport_routier",
               "7": "autres_transports"}  # fmt: skip
SEVEN = {"Industrie hors Energie": "industrie_hors_energie", "Agriculture": "agriculture", "Tertiaire": "tertiaire",
         "Résidentiel": "residentiel", "Déchets": "dechets", "Transports": "transports", "Energie": "branche_energie"}  # fmt: skip
IGT = {"Agriculture": "agriculture", "Autres transports": "autres_transports", "Déchets": "dechets", "Energie": "branche_energie",
       "Industrie hors-énergie": "industrie_hors_energie", "Résidentiel": "residentiel", "Routier": "transport_routier",
       "Tertiaire": "tertiaire"}  # fmt: skip
IGT_OUTSIDE = ("Autres transports international", "CO2 biomasse hors-total")
Cell = tuple[str, int, str, str, str]  # commune or EPCI, year, sector, measure, carrier


@dataclass
class Truth:
    """What a file says, in the house's units: a figure, None for missing, "secret"; and which figures are only published sums."""

    cells: dict[Cell, float | str | None] = field(default_factory=dict)
    sums: set[Cell] = field(default_factory=set)


def orcae(people: dict[str, tuple[str, int]], folder: Path, *, header: str = "kteqCO2", seed: int = 26) -> Truth:
    """Thirteen archives of two members; energy industry and all the other sectors, of which three uses stand beside their sum.

    One commune has a use under secrecy and its sum told (`S`), another everything under secrecy (`s`), a third nothing for a year.
    """
    rng, truth = random.Random(seed), Truth()
    folder.mkdir(parents=True, exist_ok=True)
    codes = sorted(people)
    partly, wholly, missing = codes[0], codes[1], codes[2]
    for number, part in enumerate(ORCAE_PARTS):
        with zipfile.ZipFile(folder / f"donnees_detaillees_communes_{part}.zip", "w") as archive:
            for kind, unit, measure, factor, each in (
                ("conso", "GWh", "consommation_energie", 1.0, 0.01),
                (
                    "eges",
                    header,
                    "ges",
                    1000.0 if header.startswith("k") else 1.0,
                    0.003 if header.startswith("k") else 3.0,
                ),
            ):
                lines = [f"nom territoire;code insee;nom commune;année;secteur;énergie;usage;valeur ({unit});"]
                for code in codes[number :: len(ORCAE_PARTS)]:
                    name, count = people[code]
                    for year in (2019, 2020):
                        shown = "2020 (e)" if year == 2020 else "2019"
                        start = f"Territoire {part};{code};{name};{shown}"
                        uses = [round(each * count * rng.uniform(0.5, 1), 3) for _ in range(3)]
                        industry = round(each * count * rng.uniform(0, 0.5), 3)
                        total = round(sum(uses), 3)
                        cells = [french(one) for one in uses]
                        whole, energy = french(total), french(industry)
                        known: float | str | None = total
                        if code == partly:
                            cells[1] = "S"
                            truth.sums.add((code, year, "tous_secteurs_hors_energie", measure, carrier(measure)))
                        if code == wholly:
                            cells, whole, known = ["s"] * 3, "s", "secret"
                        if code == missing and year == 2019:
                            energy, industry = "", None  # type: ignore[assignment]
                        for use, cell in zip(("Chauffage", "ECS", "Eclairage"), cells, strict=True):
                            lines.append(f"{start};Tous secteurs hors branche énergie;Toutes énergies;{use};{cell};")
                        lines.append(f"{start};Tous secteurs hors branche énergie;Toutes énergies;Tous usages;{whole};")
                        lines.append(f"{start};Branche énergie;Toutes énergies;Tous usages;{energy};")
                        place = (code, year, "tous_secteurs_hors_energie", measure, carrier(measure))
                        truth.cells[place] = known if isinstance(known, str) else known * factor
                        place = (code, year, "branche_energie", measure, carrier(measure))
                        truth.cells[place] = None if industry is None else industry * factor
                body = ("\r\n".join(lines) + "\r\n").encode("cp1252")
                archive.writestr(f"orcae_{kind}_communes_{part}_2022-06-27.csv", body)
    return truth


def carrier(measure: str) -> str:
    return "toutes_energies" if measure == "consommation_energie" else ""


def french(figure: float) -> str:
    return f"{figure:.3f}".replace(".", ",")


def cigale(people: dict[str, tuple[str, int]], path: Path, seed: int = 13) -> Truth:
    """The export with its preamble; 2008, 2009 and 2011 are not there; one commune is secret, which the unit says."""
    rng, truth = random.Random(seed), Truth()
    rows: list[Sequence[object]] = []
    hidden = sorted(people)[3]
    for code, (name, count) in people.items():
        for year in (2007, 2010, 2012):
            for variable, measure, unit, each, factor in (
                ("PRG 100", "ges", "t", 6.0, 1.0),
                ("NOx", "nox", "kg", 9.0, 1.0),
                ("Consommations finales d'énergies", "consommation_energie", "MWh PCI", 25.0, 0.001),
            ):
                figure = round(each * count * rng.uniform(0.5, 1.5), 2)
                secret = code == hidden
                cell, shown = ("", "Secret Stat") if secret else (f"{figure:.2f}", unit)
                start = (year, f"{name.upper()} ({code[:2]})", int(code) if code.isdigit() else code)
                rows.append((*start, "Tous secteurs", "Toutes énergies", variable, cell, shown))
                truth.cells[code, year, "tous_secteurs", measure, carrier(measure)] = (
                    "secret" if secret else figure * factor
                )
    preamble = [
        "AtmoSud inventaire v6.x - Export CIGALE du 28/11/2026",
        "",
        "Conditions ; libre réutilisation ; citer la source ; pas de rediffusion de modifications",
        "Deuxième ligne ; de termes",
        "",
    ]
    header = ("Année", "Entité administrative", "Id Entité", "Activité", "Energie", "Variable", "Valeur", "Unite")
    text = "".join(f'"{line}"\n' if line else "\n" for line in preamble) + quoted([header, *rows])
    path.write_bytes(text.encode("utf-8-sig"))
    return truth


def quoted(rows: Iterable[Sequence[object]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
        [[str(cell) for cell in row] for row in rows]
    )
    return buffer.getvalue()


def igt_2023(people: dict[str, tuple[str, int]], path: Path, seed: int = 23) -> Truth:
    """Seven sectors; dates with and without a time; one commune without a figure for waste."""
    rng, truth = random.Random(seed), Truth()
    lines = ["date_mesure,geocode_commune,libelle_commune,secteur,valeur"]
    missing = sorted(people)[4]
    for code, (name, count) in people.items():
        for year, date in ((2018, "2018-01-01T00:00:00.000"), (2019, "2019-01-01")):
            for word, sector in SEVEN.items():
                figure = None if code == missing and word == "Déchets" else round(count * rng.uniform(0.3, 1.6), 4)
                lines.append(f'{date},{code},"{name}",{word},{"" if figure is None else figure}')
                truth.cells[code, year, sector, "ges", ""] = figure
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return truth


def igt_2016(
    people: dict[str, tuple[str, int]], path: Path, seed: int = 16, rows: dict[str, list[str]] | None = None
) -> Truth:
    """One row a commune, twelve columns, empty for missing; `rows` stand as they are where their commune is."""
    rng, truth = random.Random(seed), Truth()
    labels = sorted([*IGT, *IGT_OUTSIDE])
    lines: list[Sequence[str]] = [("INSEE commune", "Commune", *labels)]
    for code, (name, count) in people.items():
        cells = [repr(round(count * rng.uniform(0.2, 1.5), 9)) if rng.random() > 0.1 else "" for _ in labels]
        name, *cells = (rows or {}).get(code, [name.upper(), *cells])
        lines.append((code, name, *cells))
        for label, cell in zip(labels, cells, strict=True):
            if label in IGT:
                truth.cells[code, 2016, IGT[label], "ges", ""] = float(cell) if cell else None
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
    return truth


def atmo_data(people: dict[str, tuple[str, int]], path: Path, seed: int = 22) -> Truth:
    """Five groups by EPCI, and `All` beside them."""
    rng, truth = random.Random(seed), Truth()
    lines = ["aasqa,code,name,code_pcaet,ges,nox,pm10,pm25,population,superficie,date_maj"]
    for code, (name, count) in people.items():
        sums = [0, 0, 0, 0]
        for group, sector in ATMO_GROUPS.items():
            figures = [int(count * each * rng.uniform(0.5, 1.5)) for each in (1.5, 2, 0.8, 0.5)]
            sums = [total + figure for total, figure in zip(sums, figures, strict=True)]
            lines.append(f'84,{code},"{name}",{group},{",".join(map(str, figures))},{count},100,2024-01-01')
            for measure, figure in zip(("ges", "nox", "pm10", "pm25"), figures, strict=True):
                truth.cells[code, 2022, sector, measure, ""] = float(figure)
        lines.append(f'84,{code},"{name}",All,{",".join(map(str, sums))},{count},100,2024-01-01')
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return truth


def airparif(people: dict[str, tuple[str, int]], path: Path, seed: int = 15) -> Truth:
    """Names and no codes; kilograms but for CO2, and for CO under its heading."""
    rng, truth = random.Random(seed), Truth()
    each = {"pm10": 3.0, "pm25": 2.0, "nox": 9.0, "so2": 1.0, "co": 0.02, "nh3": 2.0, "covnm": 9.0, "co2": 4.0}
    lines = [",".join(("gid", "lib_epci", "year", *each))]
    for number, (code, (name, count)) in enumerate(people.items(), start=1):
        figures = {measure: int(count * rate * rng.uniform(0.5, 1.5)) for measure, rate in each.items()}
        lines.append(f'{number},"{name}",2015,{",".join(map(str, figures.values()))}')
        for measure, figure in figures.items():
            if measure != "co":
                truth.cells[code, 2015, "tous_secteurs", measure, ""] = float(figure)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return truth
