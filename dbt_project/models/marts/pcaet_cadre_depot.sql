-- The sequestration block of the PCAET deposit form, under the wood approach of that form (recolte): four lines a territory. Nothing
-- converted is zero; conversions that ALDO only counts are unknown.
with lignes as (
    select distinct libelle
    from {{ ref('libelles') }}
    where editeur = 'pcaet'
),

flux as (
    select
        flux.maille,
        flux.code_territoire,
        lignes.libelle,
        sum(flux.flux_tco2e) as flux_tco2e
    from {{ ref('int_flux_territoires') }} as flux
    {{ libelle('pcaet', 'usage', 'flux.occupation_finale_n1', 'lignes') }}
    where coalesce(flux.approche_bois, 'recolte') = 'recolte'
    group by all
),

cadre as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        lignes.libelle as ligne_du_cadre,
        lignes.libelle <> 'produits bois' as obligatoire,
        cast(case when flux.libelle is null then 0 else flux.flux_tco2e end as double) as bilan_tco2e,
        'moyenne annuelle ' || execution.periode_aldo as annee_de_reference,
        {{ convention_de_la_maison() }},
        {{ provenance() }}
    from {{ ref('int_territoires') }} as territoires
    cross join lignes
    cross join {{ ref('stg_execution') }} as execution
    left join flux
        on
            territoires.maille = flux.maille and territoires.code_territoire = flux.code_territoire
            and lignes.libelle = flux.libelle
    where territoires.n_communes_couvertes > 0
)

select
    cadre.*,
    {{ arrondis('cadre', ['bilan_tco2e']) }}
from cadre
