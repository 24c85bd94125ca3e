-- Each target of the user's is of a territory that is published and of a line (or total) of the PCAET form.
select
    cibles.maille, cibles.code_territoire, cibles.identifiant, cibles.annee,
    case
        when territoires.maille is null then 'FLUX_TARGETS : territoire inconnu au COG de cette version : maille, ou code ?'
        else 'FLUX_TARGETS : identifiant inconnu : ceux du cadre sont dans la graine pcaet_grille, ceux des totaux dans pcaet_totaux'
    end as motif
from {{ ref('stg_objectifs_locaux') }} as cibles
left join {{ ref('territoires') }} as territoires
    on cibles.maille = territoires.maille and cibles.code_territoire = territoires.code_territoire
left join {{ ref('int_pcaet_lignes') }} as lignes on cibles.identifiant = lignes.identifiant
where territoires.maille is null or lignes.identifiant is null
