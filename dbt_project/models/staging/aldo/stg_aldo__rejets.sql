-- Cells that staging could not read, with their place, reason and remedy. The build stops unless it is empty.
{{ cellules_illisibles('aldo_flux_total', ref('stg_aldo__flux_total'), labels_flux_total()) }}
union all
{{ cellules_illisibles('aldo_accroissement_forets', ref('stg_aldo__accroissement_forets'), labels_accroissement()) }}
union all
{{ cellules_illisibles('aldo_flux_unitaire', ref('stg_aldo__flux_unitaire'), labels_flux_unitaire()) }}
union all
{{ cellules_illisibles('aldo_stocks', ref('stg_aldo__stocks'), labels_stocks()) }}
