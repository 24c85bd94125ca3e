"""How each data test of plumes, and each suite of their tables, is made to close."""

SEEDS = ("parametres", "zones", "temoins", "seuils", "combustibles", "corrections", "systemes", "licences")
INTERMEDIATE = (
    "int_sites_co2",
    "int_sources_co2",
    "int_chaines",
    "int_cellules",
    "int_panaches",
    "int_villes_proches",
    "int_comparaison_reference",
)
STAGED = ("stg_villes", "stg_eutl", "stg_irep", "stg_coco2", "stg_pics_reference", "stg_oco2__pics")
MARTS = ("panaches_co2", "panaches_sources", "sources_co2", "panaches_etalonnage")
DATA_TESTS = {
    **{
        f"cle_unique_panaches_{name}_": f"insert into seeds.panaches_{name} from seeds.panaches_{name} limit 1"
        for name in SEEDS
    },
    "accepted_values_panaches_parametres_": "update seeds.panaches_parametres set statut = 'certain'",
    **{
        f"cle_unique_{name}_": f"insert into intermediate.{name} from intermediate.{name} limit 1"
        for name in INTERMEDIATE
    },
    **{f"cle_unique_{name}_": f"insert into staging.{name} from staging.{name} limit 1" for name in STAGED},
    **{f"cle_unique_{name}_": f"insert into marts.{name} from marts.{name} limit 1" for name in MARTS},
}
# Gate 3: statement, suites that must close.
PUBLISHED = {
    "a plume in kilotonnes with an interval in tonnes": (
        "update marts.panaches_co2 set debit_tco2_h = debit_tco2_h / 1000",
        {"panaches_co2"},
    ),
    "a city that may be a commune": (
        "update marts.panaches_co2 set ville_proche = 'Vienne' where ville_proche is not null",
        {"panaches_co2"},
    ),
    "a score without end": ("update marts.panaches_sources set ecart_angulaire_deg = 170", {"panaches_sources"}),
    "a site under its postal code": (
        "update marts.sources_co2 set nom = nom || ' (85300)' where code_territoire is not null",
        {"sources_co2"},
    ),
    "more plumes than candidates": (
        "update marts.panaches_couverture set n_panaches = n_candidats + 1",
        {"panaches_couverture"},
    ),
    "more false attributions than attributions": (
        "update marts.panaches_etalonnage set taux_fausse_attribution = 2",
        {"panaches_etalonnage"},
    ),
}
