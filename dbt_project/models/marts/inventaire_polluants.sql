-- The six pollutants of the PCAET, by sector.
{{ inventaire_publie(
    'polluant', ['secteur', 'groupe', 'ensemble'], ['inventaires.secteur', 'mesures.gaz as polluant'], 'emissions_kg', 'emissions_connues_kg',
    "mesures.gaz <> 'co'") }}
