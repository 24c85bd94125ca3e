-- Hauts-de-France's net flux by final land use (level 1) of the territory shown.
select
    {{ colonnes_communes_aux_marts('territoires') }},
    usages.libelle as occupation_des_sols,
    bilan.approche_bois,
    bilan.flux_kt_co2e as flux_net_kt_co2e,
    {{ convention_de_la_maison() }},
    {{ provenance() }}
from {{ ref('bilan_occupation_sols') }} as bilan
{{ libelle('hauts_de_france', 'usage', 'bilan.occupation_finale_n1', 'usages') }}
{{ territoire_et_execution('bilan') }}
