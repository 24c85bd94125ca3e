"""How each data test of grades, peers, comparisons and consumption of land, and each suite of their tables, is made to close."""

MARTS = (
    "qualite_reference",
    "comparaison_territoires",
    "consommation_espaces",
    "cout_carbone_artificialisation",
    "rapprochement_national",
    "volumes_forets",
)
ROUNDED = {
    "qualite_reference": ("part_flux_brut_pct", 0.1),
    "comparaison_territoires": ("mediane_tco2e_par_ha", 0.01),
    "consommation_espaces": ("surface_ha", 1),
    "cout_carbone_artificialisation": ("cout_tco2e", 1),
    "rapprochement_national": ("ecart_ha", 1),
    "volumes_forets": ("production_m3", 1),
}
TWICE = (
    ("staging", "stg_ign__references_forets"),
    ("staging", "stg_ign__groupes_ser"),
    ("intermediate", "int_references_forets"),
    ("intermediate", "int_consommation_territoires"),
    ("intermediate", "int_cout_usages"),
    ("intermediate", "int_pairs"),
    ("intermediate", "int_groupes_epci"),
    ("intermediate", "int_rapprochements"),
    ("staging", "stg_etalab__codes_postaux"),
    ("intermediate", "int_recherche_communes"),
    ("intermediate", "int_anciens_epci"),
    ("seeds", "qualite_grades"),
    ("seeds", "typologie_classes"),
    ("seeds", "objectifs_ue"),
    ("seeds", "rapprochements"),
)
DATA_TESTS = {
    **{f"cle_unique_{name}_": f"insert into {schema}.{name} from {schema}.{name} limit 1" for schema, name in TWICE},
    "qualite_egale_flux": "delete from marts.qualite_reference where grade = 'B'",
    "consommation_conservee": "update intermediate.int_consommation_territoires set surface_m2 = 2 * surface_m2 where maille = 'epci'",
    "rapprochements_complets": "delete from marts.rapprochement_national where poste = 'non_reparti'",
}
# Each rule of the tests that have several: test, rule, statement.
DATA_RULES = [
    ("table_publiee_rapprochement_national", "territoire inconnu", "update marts.rapprochement_national set code_territoire = '99' where maille = 'region'"),
    ("qualite_egale_flux", "flux brut", "update marts.qualite_reference set flux_brut_tco2e = 1.01 * flux_brut_tco2e where nature = 'produits_bois'"),
    ("qualite_egale_flux", "parts", "update marts.qualite_reference set part_flux_brut_pct = part_flux_brut_pct / 100"),
    ("consommation_conservee", "cellule illisible", "update staging.stg_cerema__consommation set cellule = '1 200' where annee = 2015"),
    ("consommation_conservee", "cellule illisible", "update staging.stg_cerema__consommation set surface_m2 = -1 where annee = 2015"),
    ("consommation_conservee", "parties", "update staging.stg_cerema__consommation set surface_m2 = surface_m2 + 2 where destination = 'habitat'"),
    ("consommation_conservee", "conservation", "update intermediate.int_consommation_territoires set surface_m2 = 0 where code_territoire = '85'"),
    ("consommation_conservee", "conservation", "update intermediate.int_passage_execution set poids_surface = 0.5 * poids_surface where millesime_source = '2025'"),
    ("rapprochements_complets", "comparaison absente", "delete from intermediate.int_rapprochements where code_territoire = '52'"),
    ("rapprochements_complets", "EPCI sans usages", "delete from intermediate.int_cout_usages where code_territoire = '200071165'"),
    ("rapprochements_complets", "EPCI sans pairs", "delete from intermediate.int_pairs where code_territoire = '200071165'"),
]  # fmt: skip
# Gate 3: statement, suites that must close.
PUBLISHED = {
    "a loss of wood with a sign": ("update marts.volumes_forets set mortalite_m3 = -mortalite_m3", {"volumes_forets"}),
    "more wood left than grew": (
        "update marts.volumes_forets set accroissement_net_m3 = 2 * production_m3 + 1",
        {"volumes_forets"},
    ),
    "one letter for a territory": ("update marts.qualite_reference set grade = 'AB' where grade = 'A'", {"qualite_reference"}),
    "a share beyond the whole": ("update marts.qualite_reference set part_flux_brut_pct = 101 where grade = 'A'", {"qualite_reference"}),
    "a rank beyond the group": ("update marts.comparaison_territoires set rang = n_epci + 1", {"comparaison_territoires"}),
    "quartiles out of their order": (
        "update marts.comparaison_territoires set premier_quartile_tco2e_par_ha = troisieme_quartile_tco2e_par_ha + 1",
        {"comparaison_territoires"},
    ),
    "square metres for hectares": (
        "update marts.consommation_espaces set surface_ha = 10000 * surface_ha where maille = 'france'",
        {"consommation_espaces"},
    ),
    "a cost of sealing in kilograms": (
        "update marts.cout_carbone_artificialisation set cout_moyen_tco2e_par_ha = 1000 * cout_moyen_tco2e_par_ha",
        {"cout_carbone_artificialisation"},
    ),
    "a sink compared with a source": (
        "update marts.rapprochement_national set rapport_aldo_sur_autre = -rapport_aldo_sur_autre",
        {"rapprochement_national"},
    ),
    "hectares beside a flux": ("update marts.rapprochement_national set aldo_ha = aldo_kt_co2e", {"rapprochement_national"}),
    "a pace to the target of the European Union": (
        "update marts.objectifs set evolution_necessaire_pct_par_an = 2, arrondi_evolution_necessaire_pct_par_an = 2 where volet = 'utcatf'",
        {"objectifs"},
    ),
}  # fmt: skip
