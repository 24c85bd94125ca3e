"""How each data test of the PCAET form, of trends and of targets, and each suite of their tables, is made to close."""

TARGET = (  # the sample has no target of a territory
    "insert into marts.objectifs by name select maille, code_territoire, nom_territoire, cog, identifiant, volet, ligne, 'le territoire' as perimetre_objectif,"
    " convention_de_signe, {year} as annee, unite,"
    " {value} as objectif_du_cadre, {status} as statut_objectif, 'plan' as source, {inventory} as inventaire, 2020 as annee_de_reference,"
    " 10.0 as reference_du_cadre, {pace} as evolution_necessaire_pct_par_an, null as evolution_constatee_pct_par_an, {alert} as alerte,"
    " {shown} as arrondi_objectif_du_cadre, 10.0 as arrondi_reference_du_cadre, {pace} as arrondi_evolution_necessaire_pct_par_an,"
    " null as arrondi_evolution_constatee_pct_par_an, statut_donnees from marts.pcaet_diagnostic"
    " where a_deposer and identifiant = 'cae_1.c' and maille = 'epci' and code_territoire = '200060010'"
)
FACTS = {
    "year": "2030",
    "value": "5.0",
    "status": "'adopte'",
    "inventory": "'igt'",
    "pace": "-6.7",
    "alert": "null",
    "shown": "5.0",
}


def target(**changes: str) -> str:
    """A statement that adds a target, good but for some facts."""
    return TARGET.format(**FACTS | changes)


MARTS = ("pcaet_diagnostic", "inventaire_tendances")
ROUNDED = {"pcaet_diagnostic": ("valeur_du_cadre", 0.001), "inventaire_tendances": ("valeur_base_100", 0.1)}
DATA_TESTS = {
    **{
        f"cle_unique_{name}_": f"insert into {schema}.{name} from {schema}.{name} limit 1"
        for schema, name in (
            ("intermediate", "int_pcaet_inventaires"),
            ("intermediate", "int_pcaet_lignes"),
            ("seeds", "pcaet_grille"),
            ("seeds", "pcaet_totaux"),
            ("seeds", "pcaet_ordre_inventaires"),
        )
    },
    "cle_unique_stg_objectifs_locaux": (
        "insert into staging.stg_objectifs_locaux by name select 'epci' as maille, '200060010' as code_territoire, 'cae_1.a' as identifiant, 2030 as annee"
    ),
    "objectifs_connus": (
        "insert into staging.stg_objectifs_locaux by name select 'epci' as maille, '200060010' as code_territoire, 'cae_1.z' as identifiant, 2030 as annee"
    ),
    "pcaet_egale_sources": "update marts.pcaet_diagnostic set valeur_du_cadre = 1000 * valeur_du_cadre where inventaire = 'orcae'",
}
# Each rule of the tests that have several: test, rule, statement.
DATA_RULES = [
    ("pcaet_egale_sources", "source", "update marts.pcaet_diagnostic set valeur_du_cadre = -valeur_du_cadre where identifiant = 'cae_63.b'"),
    ("pcaet_egale_sources", "source", "update marts.inventaire_ges set emissions_tco2e = null where inventaire = 'orcae' and maille = 'epci'"),
    ("pcaet_egale_sources", "source", "update marts.inventaire_energie set energie_gwh = 2 * energie_gwh where maille = 'departement'"),
    ("pcaet_egale_sources", "valeur perdue", "delete from marts.pcaet_diagnostic where identifiant = 'cae_4.aa' and annee = 2020"),
    ("pcaet_egale_sources", "68 lignes", "delete from marts.pcaet_diagnostic where identifiant = 'cae_2.e' and a_deposer"),
    ("pcaet_egale_sources", "68 lignes", "update marts.pcaet_diagnostic set a_deposer = retenu"),
    ("pcaet_egale_sources", "une ligne retenue", "update marts.pcaet_diagnostic set retenu = true"),
    ("pcaet_egale_sources", "motif", "update marts.pcaet_diagnostic set motif = null where valeur_du_cadre is null"),
    ("table_publiee_objectifs", "clé répétée", f"{target()};{target()}"),
    ("table_publiee_objectifs", "territoire inconnu", f"{target()};update marts.objectifs set code_territoire = '999999999'"),
    ("table_publiee_objectifs", "arrondi", target(shown="5.001")),
    ("objectifs_connus", None, "insert into staging.stg_objectifs_locaux by name select 'scot' as maille, 'S' as code_territoire, 'cae_1.a' as identifiant"),
]  # fmt: skip
# Gate 3: statement, suites that must close.
PUBLISHED = {
    "a form in tonnes": (
        "update marts.pcaet_diagnostic set unite = 'teq CO2' where volet = 'emissions_ges'",
        {"pcaet_diagnostic"},
    ),
    "a sequestration in the house's sign": (
        "update marts.pcaet_diagnostic set convention_de_signe = 'négatif = séquestration nette, positif = émission nette'"
        " where volet = 'sequestration'",
        {"pcaet_diagnostic"},
    ),
    "a secret sector in the form": (
        "update marts.pcaet_diagnostic set valeur_du_cadre = 1 where completude = 'secrete'",
        {"pcaet_diagnostic"},
    ),
    "a provisional year in a trend": (
        "update marts.inventaire_tendances set evolution_pct_par_an = 1 where est_provisoire",
        {"inventaire_tendances"},
    ),
    "a base year moved by one": (
        "update marts.inventaire_tendances set annee_de_base = annee_de_base + 1",
        {"inventaire_tendances"},
    ),
    "a flux taken for a series": (
        "update marts.inventaire_tendances set volet = 'sequestration' where volet = 'emissions_ges'",
        {"inventaire_tendances"},
    ),
    "a pace to a target in another unit": (target(alert="'glissement'"), {"objectifs"}),
    "a target of the past": (target(year="2019"), {"objectifs"}),
    "a pace to a target beside nothing": (target(inventory="null"), {"objectifs"}),
}
