-- Part of each territory in France for each key, that of its communes that are known, and what the key measures there. France entière is the whole, by definition.
select
    membres.maille,
    membres.code_territoire,
    poids.cle,
    case
        when membres.code_territoire = 'FR_ENTIERE' then 1
        when bool_and(poids.est_connu or membres.part_population = 0) then {{ somme_large('poids.poids * membres.part_population', decimales=18) }}
    end as poids,
    case
        when membres.code_territoire = 'FR_ENTIERE' then 1
        else {{ somme_large('poids.poids * membres.part_population', 'poids.est_connu', 18) }}
    end as poids_connu,
    {{ somme_large('poids.mesure * membres.part_population') }} as mesure
from {{ ref('int_membres') }} as membres
inner join {{ ref('int_bilan_poids') }} as poids on membres.code_commune = poids.code_commune
group by membres.maille, membres.code_territoire, poids.cle
