-- Every comparison that is made has its words, and each territory that ALDO describes has its own; former uses of what is consumed make a whole.
{{ config(meta={'description': 'Comparisons have their words; former uses make a whole.'}) }}
select 'ligne perdue' as regle, {{ ligne(['lignes.maille', 'lignes.code_territoire', 'lignes.comparaison', 'lignes.poste']) }} as ligne
from {{ ref('int_rapprochements') }} as lignes
left join {{ ref('rapprochement_national') }} as publiees
    on
        lignes.maille = publiees.maille and lignes.code_territoire = publiees.code_territoire and lignes.comparaison = publiees.comparaison
        and lignes.poste = publiees.poste
where publiees.maille is null
union all
select 'usages' as regle, {{ ligne(['maille', 'code_territoire']) }} as ligne
from {{ ref('int_cout_usages') }}
group by maille, code_territoire
having abs(sum(part) - 1) > 1e-9
union all
select 'EPCI sans pairs' as regle, territoires.code_territoire as ligne
from {{ ref('int_territoires') }} as territoires
left join {{ ref('int_pairs') }} as pairs on territoires.code_territoire = pairs.code_territoire and pairs.est_retenu
where territoires.maille = 'epci' and territoires.n_communes_couvertes = territoires.n_communes and pairs.code_territoire is null
