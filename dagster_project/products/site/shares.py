"""A whole as one bar, cut by its shares: SVG drawn here, its words for screen readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from dagster_project.core.templates import template
from dagster_project.products.figures import french

BAR = template(Path(__file__).with_name("shares.svg.j2"))
WIDTH, HEIGHT = 620, 24


@dataclass(frozen=True)
class Share:
    """One share: what it is, its percentage of the whole, as shown, and the class that colours it."""

    label: str
    exact_pct: float
    shown_pct: float
    css_class: str


def shares_bar(title: str, shares: Sequence[Share], column: str) -> Markup:
    """A bar of shares from left to right, in their order.

    Args:
        title: read by screen readers before the shares.
        shares: of a whole, which make 100 %.
        column: name of the presentation column, which tells decimals.
    """
    left, parts = 0.0, []
    for share in shares:
        length = WIDTH * share.exact_pct / 100
        parts.append((left, length, share.css_class))
        left += length
    words = "; ".join(f"{share.label} : {french(share.shown_pct, column)} %" for share in shares)
    return Markup(BAR.render(parts=parts, words=f"{title}. {words}", width=WIDTH, height=HEIGHT))  # noqa: S704 - escaped
