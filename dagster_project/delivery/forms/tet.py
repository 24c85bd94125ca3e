"""Figures of the PCAET form sent to Territoires en Transitions (ADEME).

Read in its public source (revision dbb36dc, 2026-08-07), never tried: POST /indicateurs/valeurs with a bearer token takes
`collectiviteId`, `indicateurId`, `dateValeur`, `resultat`, `resultatCommentaire`. Both identifiers are the service's own
integers; where a SIREN and an identifier of the form are looked up was not read: those paths are settings.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from dagster_project.core.values import LOOKED_UP
from dagster_project.delivery.portals.client import AGAIN, PortalError, Session
from dagster_project.release.deposit import Figure

NAME, SETTING, PATH = "Territoires en Transitions", "FLUX_TET", "/indicateurs/valeurs"
TRANSIENT = frozenset({429, 502, 503, 504})
AT_ONCE = 100  # values of a request


@dataclass(frozen=True)
class Service:
    """The service, and how its identifiers are looked up.

    Args:
        address: of its API.
        key: a token of the territory's.
        paths: below the address, where a territory (`{siren}`) and a line (`{identifiant}`) are asked.
        backoff: seconds before a second try.
    """

    address: str
    key: str | None
    paths: tuple[str, str]
    backoff: float = 1.0

    def send(self, siren: str, figures: Sequence[Figure], say: Callable[[str], None]) -> int:
        """Look identifiers up, then send; returns how many values the service took.

        Raises:
            PortalError: naming the service, what was answered and what to do. What was sent before stays there.
        """
        session = Session(
            NAME, SETTING, self.address, "", "Authorization", self.key, TRANSIENT, self.backoff, scheme="Bearer "
        )
        session.require_key()
        session.reading_only = False
        territory = _identifier(session, self.paths[0].replace(LOOKED_UP[0], quote(siren, safe="")), siren)
        lines = {item.line for item in figures}
        indicators = {
            line: _identifier(session, self.paths[1].replace(LOOKED_UP[1], quote(line, safe="")), line)
            for line in sorted(lines)
        }
        for start in range(0, len(figures), AT_ONCE):
            part = figures[start : start + AT_ONCE]
            values = [value(item, territory, indicators[item.line]) for item in part]
            try:
                session.call("POST", PATH, f"{siren}, {len(part)} values", body={"valeurs": values}, once=True)
            except PortalError as error:
                kept = (
                    f"{start} of {len(figures)} values were acknowledged: look there what it holds before sending again"
                )
                raise PortalError(session.portal, siren, str(error).removesuffix(AGAIN).rstrip(". "), kept) from None
            say(f"{NAME}: {start + len(part)} of {len(figures)} values sent")
        return len(figures)


def value(figure: Figure, territory: int, indicator: int) -> dict[str, Any]:
    """A figure as the service takes it."""
    return {
        "collectiviteId": territory,
        "indicateurId": indicator,
        "dateValeur": f"{figure.year}-01-01",
        "resultat": figure.value,
        "resultatCommentaire": figure.comment,
    }


def _identifier(session: Session, path: str, what: str) -> int:
    """The integer that the service knows something by: `id` of an object, or of the only element of a list."""
    answer = session.get(path, what)
    if isinstance(answer, list) and len(answer) == 1:
        answer = answer[0]
    known = answer.get("id") if isinstance(answer, dict) else None
    if isinstance(known, bool) or not isinstance(known, int):
        problem = f"{path} names no integer `id`, alone" if answer is not None else f"nothing at {path}"
        remedy = "Correct FLUX_TET_PATHS; nothing was sent"
        raise PortalError(session.portal, what, problem, remedy)
    return known
