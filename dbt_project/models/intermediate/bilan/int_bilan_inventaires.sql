{{ postes_d_inventaire(ref('inventaire_ges'), 'ges', 'gaz', 'emissions_tco2e', "gaz = 'ges'") }}
