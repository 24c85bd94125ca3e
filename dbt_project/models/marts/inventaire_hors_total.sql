-- What producers keep outside their totals (international transport, biogenic CO2): shown, added to nothing.
{{ inventaire_publie(
    'ges', ['hors_total'], ['inventaires.secteur as poste', 'mesures.gaz'], 'hors_total_tco2e', 'hors_total_connu_tco2e') }}
