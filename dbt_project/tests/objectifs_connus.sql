-- Each target of the user's is of a territory that is published and of a line (or total) of the PCAET form.
select
    cibles.maille, cibles.code_territoire, cibles.identifiant, cibles.annee,
    case
        when territoires.maille is null then 'FLUX_TARGETS : territoire inconnu au COG de cette version : maille, ou code ?'
        when lignes.identifiant is not null
            then 'FLUX_TARGETS : inventaire ' || cibles.inventaire || ' inconnu ou non lu : corriger, le lire (FLUX_INVENTORIES), ou ne pas le nommer'
        else 'FLUX_TARGETS : identifiant inconnu : ceux de la feuille PCAET d''un classeur, ou cae_1.a, cae_2.a, cae_4.a à cae_4.f pour les totaux'
    end as motif
from {{ ref('stg_objectifs_locaux') }} as cibles
left join {{ ref('territoires') }} as territoires
    on cibles.maille = territoires.maille and cibles.code_territoire = territoires.code_territoire
left join {{ ref('int_pcaet_lignes') }} as lignes on cibles.identifiant = lignes.identifiant
left join {{ ref('stg_inventaires') }} as contrats on cibles.inventaire = contrats.inventaire
where territoires.maille is null or lignes.identifiant is null or (cibles.inventaire is not null and contrats.inventaire is null)
