"""What every published table must state besides its figures (domain contract, section 7, rule 6)."""

from __future__ import annotations

CONVENTIONS = {
    "convention_de_signe": "negatif = sequestration nette, positif = emission nette (vu de l'atmosphere)",
    "unites": "t CO2e/an ou kt CO2e/an (1 kt = 1000 t) ; l'unite est dans le nom de chaque colonne",
    "approche_bois": (
        "consommation (defaut) ou recolte, deux reponses completes dans la colonne approche_bois, jamais additionnees"
    ),
    "periode": "annee moyenne 2012-2018 (CORINE Land Cover) ; ce n'est pas une serie temporelle",
    "cog_source": "liste de communes d'ALDO (IGN, 17/12/2018), qui n'est ni le COG 2018 ni le COG 2019",
    "jeu_prg": (
        "celui d'ALDO 2023 ; la part de N2O des sols y est convertie avec 44/25 au lieu de 44/28 (+9,8 %), valeur publiee"
        " conservee"
    ),
    "incertitude": "non estimee",
    "maille_minimale": "EPCI : rien n'est publie en dessous",
    "france": (
        "metropole seulement ; somme des departements ou des regions. Quatre iles sans EPCI (communes) comptent dans leur"
        " departement : la somme des EPCI est donc un peu inferieure"
    ),
    "avertissement": (
        "ne se compare pas sans reserve aux emissions d'un inventaire ; une sequestration ne se deduit jamais d'emissions"
    ),
}
