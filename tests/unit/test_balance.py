"""The engine of the balance against figures derived by hand from the method's own page."""

from __future__ import annotations

from math import exp, log, sqrt

import pytest

from dagster_project.checks.dossier_rules import CODE
from dagster_project.products.balance import engine, potential
from dagster_project.products.balance.engine import Entry, Inputs, Line, Reference
from dagster_project.products.balance.method import method

GAS = Line("residentiel", "gaz_combustion", "direct_menages", "gaz", 4, 1000.0, 0.3)
GAS_UPSTREAM = Line("residentiel", "gaz_amont", "indirect", "gaz", 4, 200.0, 0.3)
FOOD = Line("alimentation", "produits_agricoles", "indirect", "revenu_alimentation", 3, 500.0, 0.2)
WORKS = Line("travaux", "construction", "indirect", "population", 5, 100.0, 0.4)
CARS = Line("deplacements", "carburants_combustion", "direct_menages", "voiture", 3, 800.0, 0.5)
UNKNOWN = Line("services", "culture_loisirs", "indirect", "revenu_services", 3, None, 0.2)
REFERENCE = Reference(1000, 20_000, 400)


def kept(*lines: Line, factors: dict | None = None, **typed: Entry) -> list[engine.Kept]:
    entries = {name.replace("__", "."): entry for name, entry in typed.items()}
    return engine.footprint(method(), lines, REFERENCE, Inputs(entries, factors or {}))


@pytest.mark.parametrize(("note", "gsd2"), [(5, 1), (4, 1.119931), (3, 1.262091), (2, 1.636057), (1, 2.516357)])
def test_the_error_of_a_note_is_that_of_abc(note: int, gsd2: float) -> None:
    assert exp(method().ln_of_note(note)) == pytest.approx(gsd2, abs=1e-6)


def test_nothing_typed_is_the_default() -> None:
    (one,) = kept(FOOD)
    assert (one.kept, one.origin, one.ln_error) == (500, "defaut", 0.2)


def test_keys_move_the_lines_that_follow_them() -> None:
    """Twice the people: food and works twice, gas as it was. Income by a tenth: food by 1.1^0.472, cars too. Households: gas alone."""
    people = kept(FOOD, WORKS, GAS, C__population=Entry(2000))
    assert [one.kept for one in people] == [1000, 200, 1000]
    assert [one.origin for one in people] == ["cle_locale", "cle_locale", "defaut"]
    income = kept(FOOD, CARS, WORKS, C__revenu=Entry(22_000))
    assert [one.kept for one in income] == pytest.approx([500 * 1.1**0.472, 800 * 1.1**0.472, 100])
    households = kept(GAS, FOOD, C__menages=Entry(500))
    assert [one.kept for one in households] == [1250, 500]


def test_a_key_at_its_reference_changes_nothing() -> None:
    exact = kept(FOOD, CARS, GAS, C__population=Entry(1000), C__revenu=Entry(20_000), C__menages=Entry(400))
    assert [one.kept for one in exact] == [500, 800, 1000]


def test_one_activity_feeds_two_lines_and_its_error_joins_its_factor_s() -> None:
    """3,000 MWh of gas: 3,000 x 168 / 1000 = 504 t burnt, 3,000 x 35.7 / 1000 = 107.1 t upstream; note 4 and 5 % of Base Carbone."""
    burnt, upstream = kept(GAS, GAS_UPSTREAM, A__gaz=Entry(3000, 4))
    assert (burnt.kept, upstream.kept) == pytest.approx((504, 107.1))
    assert burnt.ln_error == pytest.approx(sqrt(log(1.119931) ** 2 + log(1.05) ** 2), abs=1e-6)
    assert {burnt.origin, upstream.origin} == {"local"}


def test_activities_on_one_line_add_and_replace_it_whole() -> None:
    """100 m2 of houses and 1,000 of car parks: (100 x 425 + 1,000 x 73) / 1000 = 115.5 t."""
    (works,) = kept(WORKS, A__maison_m2=Entry(100), A__parking_m2=Entry(1000, 5))
    assert works.kept == pytest.approx(115.5)
    houses, parks = (sqrt(log(1.262091) ** 2 + log(1.5) ** 2), log(1.15))
    assert works.ln_error == pytest.approx(sqrt((42.5 * houses) ** 2 + (73 * parks) ** 2) / 115.5, abs=1e-6)


def test_a_result_comes_before_an_activity_and_a_zero_is_a_value() -> None:
    (gas,) = kept(GAS, A__gaz=Entry(3000), R__residentiel__gaz_combustion=Entry(0, 2))
    assert (gas.activity, gas.result, gas.kept, gas.origin) == (504, 0, 0, "local")
    assert gas.ln_error == pytest.approx(log(1.636057), abs=1e-6)
    (none,) = kept(GAS, A__gaz=Entry(0))
    assert (none.kept, none.ln_error) == (0, 0)


def test_a_replaced_factor_is_used() -> None:
    (gas,) = kept(GAS, factors={("A.gaz", "gaz_combustion"): 100.0}, A__gaz=Entry(3000))
    assert gas.kept == 300


def test_sums_carry_both_errors() -> None:
    """500 t at ln 0.2 and 100 t at ln 0.4: independent, root of 100^2 + 40^2 over 600; as one, (100 + 40) / 600."""
    both = engine.total(kept(FOOD, WORKS))
    assert both.value == 600
    assert both.independent == pytest.approx(exp(sqrt(100**2 + 40**2) / 600))
    assert both.correlated == pytest.approx(exp(140 / 600))


def test_an_unknown_line_leaves_its_sum_empty_and_a_typed_one_fills_it() -> None:
    empty = engine.total(kept(FOOD, UNKNOWN))
    assert (empty.value, empty.known, empty.correlated) == (None, 500, None)
    assert engine.total(kept(FOOD, UNKNOWN, R__services__culture_loisirs=Entry(50))).value == 550


def test_sectors_make_posts_that_add_up() -> None:
    """The road by 606 and 394 per mille; waste with dwellings; the energy branch with no post; pollutants of the road are not shared."""
    sectors = dict(zip(("residentiel", "tertiaire", "transport_routier", "autres_transports", "agriculture", "dechets",
                        "industrie_hors_energie", "branche_energie"), (1, 2, 1000, 8, 16, 32, 64, 128), strict=True))  # fmt: skip
    posts = engine.posts_of_sectors(method(), "ges", sectors)
    assert {name: value for name, (value, _) in posts.items()} == {
        "residentiel": 33, "services": 2, "deplacements": 614, "biens_consommation": 458, "alimentation": 16, "non_affecte": 128,
    }  # fmt: skip
    assert sum(value for value, _ in posts.values()) == sum(sectors.values())
    assert engine.posts_of_sectors(method(), "polluants", sectors)["deplacements"] == (1008, 1008)
    missing = engine.posts_of_sectors(method(), "ges", {**sectors, "autres_transports": None})
    assert missing["deplacements"] == (None, 606) and missing["services"] == (2, 2)


def test_elements_of_base_carbone_are_marked_for_the_gate() -> None:
    """Seven of the nine are codes of communes: alone they are refused, with their mark they pass; no displayed source has a bare one."""
    assert {factor.element for factor in method().factors} >= {"BC-37091", "BC-26627"}
    assert CODE.findall("37091") == ["37091"] and CODE.findall("BC-37091") == []
    assert [factor.source for factor in method().factors if CODE.search(factor.source)] == []


@pytest.mark.parametrize(
    ("practice", "soil", "biomass"),
    [
        ("semis_direct_continu", -550, 0),  # 1,000 ha x 0.15 tC x 44/12
        ("couverts_intermediaires", -880, 0),  # 0.24
        ("allongement_prairies_temporaires", -513.333333, 0),  # 0.14
        ("agroforesterie_cultures", -1100, -2566.666667),  # 0.30 and 0.70
    ],
)
def test_a_thousand_hectares_of_a_practice(practice: str, soil: float, biomass: float) -> None:
    """By ALDO's fluxes (INRA 2013), seen from the atmosphere."""
    (found,) = potential.by_practice(method(), Inputs({f"P.{practice}.ha": Entry(1000)})).values()
    assert found == pytest.approx((soil, biomass), abs=1e-6)


def test_a_hectare_by_the_factors_of_the_ipcc() -> None:
    """51 tC/ha, ploughed with medium inputs to no tillage with high inputs without manure: 1.09 x 1.11 = 1.2099."""
    choices = {
        "G.avant_travail": "labour",
        "G.avant_apports": "moyen",
        "G.apres_travail": "non-labour",
        "G.apres_apports": "élevé sans fumier",
    }
    option = potential.soil_option(method(), Inputs({"G.ha": Entry(1)}, choices=choices), 51)
    assert (option.before, option.after) == pytest.approx((1, 1.2099))
    assert option.potential == pytest.approx(-1.962565, abs=1e-6)  # -51 x 0.2099 / 20 x 44/12
    dry = potential.soil_option(
        method(), Inputs({"G.ha": Entry(1)}, choices=choices | {"G.zone": "tempéré chaud sec"}), 51
    )
    assert dry.after == pytest.approx(1.04 * 1.04)
    assert potential.soil_option(method(), Inputs({"G.ha": Entry(1)}), 51).potential is None


def test_hectares_of_one_land_use_go_together() -> None:
    typed = {
        "P.couverts_intermediaires.ha": Entry(2),
        "P.allongement_prairies_temporaires.ha": Entry(3),
        "G.ha": Entry(4),
    }
    (together,) = potential.hectares_by_use(method(), Inputs(typed)).values()
    assert sum(together.values()) == 9
