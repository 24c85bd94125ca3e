-- What a hectare of forest gives in each zone of the IGN, by composition, as ALDO ships it: the six values that ALDO publishes by commune (m3
-- and t CO2e/ha/yr, positive = sequestration), null where the IGN finds them not significant. Rows of all compositions together are left out.
select
    type_localisation as niveau,
    code_localisation as zone,  -- noqa: RF04
    'foret_' || lower(composition) as occupation,
    surface_ic = 's' as est_significative,
    {% for colonne, label in references_de_l_ign().items() -%}
    {{ nombre(label) }} as {{ colonne }},
    {% endfor -%}
    {{ nombre('bilan_carbone_(tC∙ha-1∙an-1)') }} / {{ tc_par_tco2() }} as sequestration_unitaire_tco2e_ha
from {{ source('raw', 'ign_references_forets') }}
where composition in ('Conifere', 'Feuillu', 'Mixte', 'Peupleraie')
