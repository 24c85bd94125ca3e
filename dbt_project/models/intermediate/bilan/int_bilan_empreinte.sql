-- Lines of the footprint of each territory (t CO2e a year). Null where the key of a line needs a standard of living that one of its communes
-- lacks; `part_connue_tco2e` then holds its other communes. The whole of France is the national line itself, without the error of its key.
with nationale as (
    select ln_gsd2
    from {{ ref('int_bilan_erreurs') }}
    where objet = 'empreinte_nationale'
)

select
    poids.maille,
    poids.code_territoire,
    lignes.poste,
    lignes.sous_poste,
    lignes.perimetre,
    lignes.cle,
    lignes.annee,
    lignes.edition,
    lignes.statut_affectation,
    cles.statut as statut_cle,
    case
        when 'hypothese' in (lignes.statut_affectation, cles.statut) then 'hypothese'
        when 'derive' in (lignes.statut_affectation, cles.statut) then 'derive'
        else 'source'
    end as statut_methode,
    cles.rang,
    lignes.emissions_tco2e * poids.poids as emissions_tco2e,
    lignes.emissions_tco2e * poids.poids_connu as part_connue_tco2e,
    sqrt(
        power(nationale.ln_gsd2, 2) + case when poids.code_territoire = 'FR_ENTIERE' then 0 else power(erreurs.ln_gsd2, 2) end
    ) as ln_gsd2
from {{ ref('int_bilan_lignes') }} as lignes
inner join {{ ref('int_bilan_poids_territoires') }} as poids on lignes.cle = poids.cle
inner join {{ ref('espass_cles') }} as cles on lignes.cle = cles.cle
inner join {{ ref('int_bilan_erreurs') }} as erreurs on lignes.cle = erreurs.objet
cross join nationale
