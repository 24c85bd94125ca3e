-- Energy consumed and produced, by sector and carrier. Consumption and production are two quantities, never added.
{{ inventaire_publie(
    'energie', ['secteur', 'groupe', 'ensemble'], ['mesures.mesure as grandeur', 'inventaires.secteur', 'inventaires.energie'],
    'energie_gwh', 'energie_connue_gwh') }}
