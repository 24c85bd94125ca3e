-- Emissions of inventories by sector or group. The rows of the partition add up to the inventory's total: what is outside it stands in
-- inventaire_hors_total.
{{ inventaire_publie(
    'ges', ['secteur', 'groupe', 'ensemble'], ['inventaires.secteur', 'mesures.gaz'], 'emissions_tco2e', 'emissions_connues_tco2e') }}
