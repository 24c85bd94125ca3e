-- Emissions of inventories by sector. Rows add up to the producer's total: what is outside it stands in inventaire_hors_total.
{{ inventaire_publie(
    'ges', ['secteur', 'tous_secteurs'], ['inventaires.secteur', 'mesures.gaz'], 'emissions_tco2e', 'emissions_connues_tco2e') }}
