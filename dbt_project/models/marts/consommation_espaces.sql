-- Natural, agricultural and forest land consumed each year, by destination (Cerema), projected on the target COG.
with consommation as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        consommee.annee,
        consommee.destination,
        cast(consommee.surface_m2 as double) / {{ m2_par_ha() }} as surface_ha,
        {{ est_comparable_dans_le_temps('consommee') }} as est_comparable,
        consommee.edition,
        execution.statut_donnees
    from {{ ref('int_consommation_territoires') }} as consommee
    {{ territoire_et_execution('consommee') }}
)

select
    consommation.*,
    {{ arrondis('consommation', ['surface_ha']) }}
from consommation
