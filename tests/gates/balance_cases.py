"""How each data test of the territorial balance, and each suite of its tables, is made to close."""

INTERMEDIATE = ("revenus", "communes", "energie", "poids", "poids_territoires", "lignes", "erreurs", "empreinte", "postes", "inventaires",
                "polluants", "terres")  # fmt: skip
SEEDS = ("postes", "cpa_postes", "sous_postes", "cles", "budget_famille", "parametres", "incertitude", "qualite_cles", "saisies",
         "secteurs_postes", "ordre_inventaires", "prepa", "pratiques_giec")  # fmt: skip
MARTS = (
    "empreinte_consommation",
    "bilan_territorial",
    "bilan_territorial_ensemble",
    "bilan_territorial_polluants",
    "cles_empreinte",
)
STAGED = {
    "stg_sdes__empreinte": "code_cpa",
    "stg_insee__filosofi": "code_commune",
    "stg_ore__residentiel": "code_departement",
}
ROUNDED = {
    "empreinte_consommation": ("emissions_tco2e", 1),
    "bilan_territorial": ("part_connue_tco2e", 1),
    "bilan_territorial_ensemble": ("borne_haute_tco2e", 1),
    "bilan_territorial_polluants": ("part_connue_kg", 1),
}
DATA_TESTS = {
    **{
        f"cle_unique_int_bilan_{name}_": f"insert into intermediate.int_bilan_{name} from intermediate.int_bilan_{name} limit 1"
        for name in INTERMEDIATE
    },
    **{
        f"cle_unique_espass_{name}_": f"insert into seeds.espass_{name} from seeds.espass_{name} limit 1"
        for name in SEEDS
    },
    **{f"accepted_values_espass_{name}_": f"update seeds.espass_{name} set statut = 'certain'" for name in SEEDS},
    **{f"cle_unique_{name}_": f"insert into staging.{name} from staging.{name} limit 1" for name in STAGED},
    "bilan_graines_coherentes": "update seeds.espass_cpa_postes set part_millieme = 857 where sous_poste = 'carburants_amont'",
    "bilan_empreinte_conservee": "update intermediate.int_bilan_poids set poids = poids * 1.001 where cle = 'gaz'",
    "bilan_cote_a_cote": (
        "update marts.bilan_territorial set emissions_tco2e = emissions_tco2e + 1 where perimetre = 'inventaire' and poste = 'services'"
    ),
}
# Each rule of the tests that have several.
DATA_RULES = [
    ("bilan_graines_coherentes", "espass_cpa_postes", "update seeds.espass_cpa_postes set part_millieme = 989 where sous_poste = 'produits_agricoles'"),
    ("bilan_graines_coherentes", "espass_secteurs_postes", "update seeds.espass_secteurs_postes set part_millieme = 607 where part_millieme = 606"),
    ("bilan_graines_coherentes", "espass_budget_famille", "update seeds.espass_budget_famille set elasticite = 0.48 where elasticite = 0.472"),
    ("bilan_graines_coherentes", "espass_cles", "update seeds.espass_cles set elasticite_revenu = 0.5 where cle = 'voiture'"),
    ("bilan_graines_coherentes", "espass_parametres", "update seeds.espass_parametres set valeur = 63701 where parametre = 'menages_vehicules'"),
    ("bilan_graines_coherentes", "espass_saisies", "update seeds.espass_saisies set facteur_kgco2e_par_unite = 204 where saisie = 'A.gaz'"),
    ("bilan_empreinte_conservee", "ligne nationale", "update intermediate.int_bilan_lignes set emissions_tco2e = 2 * emissions_tco2e; update"
     " intermediate.int_bilan_poids set poids = poids * 0.9"),
    ("bilan_empreinte_conservee", "France entière", "delete from marts.empreinte_consommation where code_territoire = 'FR_ENTIERE' and sous_poste = 'eau'"),
    ("bilan_empreinte_conservee", "produit sans poste", "delete from seeds.espass_cpa_postes where code_cpa = 'E36'"),
    ("bilan_empreinte_conservee", "commune de Filosofi perdue", "delete from intermediate.int_passage_execution where code_source = '33090'"),
    ("bilan_empreinte_conservee", "exposant de densité", "update intermediate.int_bilan_reference set exposant_densite = exposant_densite + 1e-9"),
    ("bilan_cote_a_cote", "origine", "update marts.bilan_territorial_ensemble set emissions_tco2e = 0 where perimetre = 'empreinte'"),
    ("bilan_cote_a_cote", "origine", "delete from marts.bilan_territorial where perimetre = 'terres_hors_total' and maille = 'france'"),
    ("bilan_cote_a_cote", "direct et indirect", "update marts.bilan_territorial set emissions_tco2e = 2 * emissions_tco2e where perimetre = 'indirect'"),
    ("bilan_cote_a_cote", "postes et total", "update marts.bilan_territorial set part_connue_tco2e = 0 where poste = 'services'"),
    ("bilan_cote_a_cote", "estimé sans valeur", "update marts.empreinte_consommation set emissions_tco2e = null where sous_poste = 'eau'"),
]  # fmt: skip
# Gate 3: statement, suites that must close.
PUBLISHED = {
    "a footprint in kilotonnes": (
        "update marts.bilan_territorial_ensemble set emissions_tco2e_par_habitant = emissions_tco2e_par_habitant / 1000 where perimetre = 'empreinte'",
        {"bilan_territorial_ensemble"},
    ),
    "a footprint and an inventory added": (
        "update marts.bilan_territorial set perimetre = 'total' where perimetre = 'empreinte' and maille = 'region'",
        {"bilan_territorial"},
    ),
    "land use within the total": (
        "update marts.bilan_territorial set poste = 'alimentation' where perimetre = 'terres_hors_total'",
        {"bilan_territorial"},
    ),
    "an error below one": ("update marts.empreinte_consommation set gsd2 = 1 / gsd2", {"empreinte_consommation"}),
    "a line that is not estimated, given as zero": (
        "update marts.empreinte_consommation set emissions_tco2e = 0 where statut = 'non_estime'",
        {"empreinte_consommation"},
    ),
    "an edition that is not named": (
        "update marts.empreinte_consommation set edition = '2023'",
        {"empreinte_consommation"},
    ),
    "an indirect pollutant": (
        "update marts.bilan_territorial_polluants set polluant = 'co2' where maille = 'epci'",
        {"bilan_territorial_polluants"},
    ),
    "more households than people": ("update marts.cles_empreinte set menages = 2 * population", {"cles_empreinte"}),
}
