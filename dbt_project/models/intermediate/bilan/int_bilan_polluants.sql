{{ postes_d_inventaire(ref('inventaire_polluants'), 'polluants', 'polluant', 'emissions_kg') }}
