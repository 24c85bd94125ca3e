-- Every comparison that is made has its words; each region that ALDO describes, and France, has those of its mesh; each EPCI that it describes whole
-- has peers (where its population is known), and former uses of what it consumes.
{{ config(meta={'description': 'Comparisons, peers and former uses are there for each territory that ALDO describes.'}) }}
with decrits as (
    select maille, code_territoire, population
    from {{ ref('int_territoires') }}
    where n_communes_couvertes = n_communes and code_territoire <> 'FR_ENTIERE'
)

select 'ligne perdue' as regle, {{ ligne(['lignes.maille', 'lignes.code_territoire', 'lignes.comparaison', 'lignes.poste']) }} as ligne
from {{ ref('int_rapprochements') }} as lignes
left join {{ ref('rapprochement_national') }} as publiees
    on
        lignes.maille = publiees.maille and lignes.code_territoire = publiees.code_territoire and lignes.comparaison = publiees.comparaison
        and lignes.poste = publiees.poste
where publiees.maille is null
union all
select 'comparaison absente' as regle, {{ ligne(['decrits.maille', 'decrits.code_territoire', 'textes.comparaison', 'textes.poste']) }} as ligne
from decrits
inner join {{ ref('rapprochements') }} as textes on decrits.maille = 'france' or textes.comparaison <> 'puits_national'
left join {{ ref('int_rapprochements') }} as lignes
    on
        decrits.maille = lignes.maille and decrits.code_territoire = lignes.code_territoire and textes.comparaison = lignes.comparaison
        and textes.poste = lignes.poste
where decrits.maille in ('region', 'france') and lignes.maille is null
union all
select 'EPCI sans usages' as regle, decrits.code_territoire as ligne
from decrits
left join {{ ref('int_cout_usages') }} as usages on decrits.maille = usages.maille and decrits.code_territoire = usages.code_territoire
where decrits.maille = 'epci' and usages.maille is null
union all
select 'EPCI sans pairs' as regle, decrits.code_territoire as ligne
from decrits
left join {{ ref('int_pairs') }} as pairs on decrits.code_territoire = pairs.code_territoire and pairs.est_retenu
where decrits.maille = 'epci' and decrits.population is not null and pairs.code_territoire is null
