"""The block A of the sheet GES and the sheet Polluants: sectors of an inventory, typed or published, made into posts."""

from collections.abc import Mapping, Sequence

from dagster_project.products.balance.cells import Data, Figure, Page, Places, cell, shown
from dagster_project.products.balance.engine import Inputs, posts_of_sectors, sectors_kept
from dagster_project.products.balance.form import measured
from dagster_project.products.balance.method import TEXTS, Method
from dagster_project.products.balance.published import GREENHOUSE, POLLUTANTS, SECTORS, Balance
from dagster_project.products.figures import label

POLLUTANT_SHEET = "Polluants"
ORDER = ("residentiel", "services", "deplacements", "alimentation", "biens_consommation", "non_affecte")
COLUMNS = 3  # of a measure: published, typed, kept


class Block:
    """Sectors and posts of some measures side by side, below one another in a sheet.

    Args:
        page: the sheet, and its name.
        method: the seeds.
        balance: the published balance.
        typed: what was typed.
    """

    def __init__(self, page: Page, name: str, method: Method, balance: Balance, typed: Inputs) -> None:
        self._page, self._name, self._method, self._balance, self._typed = page, name, method, balance, typed

    def write(
        self, top: int, measures: Sequence[str], inputs: Places, data: Data, place: str
    ) -> dict[tuple[str, str], tuple[str, float | None]]:
        """Write the block from row `top` on.

        Returns:
            by measure and post, the reference of its value and the value.
        """
        page = self._page
        page.heads(top, ("secteur",))
        results: dict[tuple[str, str], tuple[str, float | None]] = {}
        for number, measure in enumerate(measures):
            first = 1 + COLUMNS * number
            unit = "t CO2e/an" if measure == GREENHOUSE else "kg/an"
            heads = tuple(f"{measured(measure)}, {what} ({unit})" for what in ("inventaire", "saisi", "RETENU"))
            page.heads(top, heads, first)
            kept = self._sectors(top + 1, first, measure, inputs, data, place)
            results |= self._posts(top + 2 + len(SECTORS), first, measure, kept)
        for row, sector in enumerate(SECTORS, start=top + 1):
            page.texts(row, (label("secteur", sector),))
        page.heads(top + 2 + len(SECTORS), ("poste",))
        for row, post in enumerate(ORDER, start=top + 3 + len(SECTORS)):
            page.texts(row, (self._method.posts[post][0],))
        return results

    def _sectors(
        self, top: int, first: int, measure: str, inputs: Places, data: Data, place: str
    ) -> dict[str, float | None]:
        page, number = self._page, self._page.formats.number()
        known = self._balance.known_sectors(measure)
        kept = sectors_kept(known, measure, self._typed)
        inventory, version, year = self._balance.inventory.get(measure, ("", "aucun inventaire", 0))
        for row, sector in enumerate(SECTORS, start=top):
            title = f"{label('secteur', sector)}, {measured(measure)}, {version} {year or ''}".strip()
            unit, table = (
                ("t CO2e/an", "inventaire_ges") if measure == GREENHOUSE else ("kg/an", "inventaire_polluants")
            )
            key = f"{place} | {inventory} | {year} | {sector} | {measure}"
            released = data.refer(Figure("Inventaire", title, unit, known[sector], table, key))
            typed = inputs[f"T.{sector}.{measure}"]
            value = self._typed.value(f"T.{sector}.{measure}")
            here = [cell(self._name, row, first + column) for column in range(COLUMNS)]
            page.formula(row, first, shown(released), known[sector], number)
            page.formula(row, first + 1, shown(typed), value, number)
            page.formula(row, first + 2, f"IF(ISNUMBER({here[1]}),{here[1]},{here[0]})", kept[sector], number)
        return kept

    def _posts(
        self, top: int, first: int, measure: str, kept: Mapping[str, float | None]
    ) -> dict[tuple[str, str], tuple[str, float | None]]:
        """A post is empty where one of its sectors is; what is known of it stands in the next column."""
        page, method = self._page, self._method
        quantity = "ges" if measure == GREENHOUSE else "polluants"
        page.heads(top, ("valeur", "part connue", ""), first)
        values, results = posts_of_sectors(method, quantity, kept), {}
        for row, post in enumerate(ORDER, start=top + 1):
            sectors = [
                (sector, method.sectors[sector, quantity][post])
                for sector in SECTORS
                if post in method.sectors[sector, quantity]
            ]
            cells = [
                cell(self._name, top - 1 - len(SECTORS) + SECTORS.index(sector), first + 2) for sector, _ in sectors
            ]
            terms = "+".join(f"N({where})*{part}/1000" for where, (_, part) in zip(cells, sectors, strict=True))
            value, known = values[post]
            page.formula(
                row, first, f'IF(COUNT({",".join(cells)})<{len(cells)},"",{terms})', value, page.formats.number()
            )
            page.formula(row, first + 1, f'IF(COUNT({",".join(cells)})=0,"",{terms})', known, page.formats.number())
            results[measure, post] = (cell(self._name, row, first), value)
        return results


def pollutants(
    page: Page, method: Method, balance: Balance, typed: Inputs, inputs: Places, data: Data, place: str
) -> None:
    """Write the sheet Polluants: six pollutants by sector and post, and the way to the targets where 2005 is typed."""
    formats, top = page.formats, 3
    page.title(POLLUTANT_SHEET, TEXTS["polluants"])
    Block(page, POLLUTANT_SHEET, method, balance, typed).write(top, POLLUTANTS, inputs, data, place)
    row = top + 5 + len(SECTORS) + len(ORDER)
    page.heads(
        row,
        (
            "Objectifs du PREPA (décret 2017-949), base 2005",
            "2005 saisi (kg)",
            "total retenu (kg)",
            "évolution (%)",
            "objectif 2020",
            "objectif 2025",
            "objectif 2030",
        ),
    )
    for number, (pollutant, targets) in enumerate(method.targets.items(), start=1):
        column = 1 + COLUMNS * POLLUTANTS.index(pollutant) + 2
        cells = ",".join(cell(POLLUTANT_SHEET, top + 1 + rank, column) for rank in range(len(SECTORS)))
        base = inputs[f"T.{pollutant}_2005"]
        here = [cell(POLLUTANT_SHEET, row + number, place_) for place_ in range(4)]
        kept = sectors_kept(balance.known_sectors(pollutant), pollutant, typed).values()
        total = None if None in kept else sum(value or 0 for value in kept)
        then = typed.value(f"T.{pollutant}_2005")
        page.texts(row + number, (measured(pollutant),))
        page.formula(row + number, 1, shown(base), then, formats.number())
        page.formula(row + number, 2, f'IF(COUNT({cells})<{len(SECTORS)},"",SUM({cells}))', total, formats.number())
        change = 100 * (total / then - 1) if total is not None and then else None
        page.formula(
            row + number,
            3,
            f'IF(COUNT({here[1]},{here[2]})=2,IF({here[1]}>0,100*({here[2]}/{here[1]}-1),""),"")',
            change,
            formats.number(1),
        )
        for column_, target in enumerate(targets, start=4):
            page.sheet.write_number(row + number, column_, target, formats.number())
    page.finish((40, *([15] * COLUMNS * len(POLLUTANTS))), frozen=0)
