-- The footprint of each territory by post, and all posts together (`ensemble`), with the two errors of each sum: direct emissions of
-- households, indirect ones, and both (`empreinte`), which is a sum of the two others and is never added to them.
with perimetres as (
    select sommes.ligne, sommes.perimetre
    from (values
        ('direct_menages', 'direct_menages'), ('indirect', 'indirect'), ('direct_menages', 'empreinte'), ('indirect', 'empreinte')
    ) as sommes (ligne, perimetre)
),

postes as (
    select poste
    from {{ ref('espass_postes') }}
    where poste <> 'non_affecte'
    union all
    select 'ensemble' as poste
),

editions as (
    select distinct annee, edition from {{ ref('int_bilan_lignes') }}
),

modalites as (
    select distinct territoires.maille, territoires.code_territoire, perimetres.perimetre, postes.poste, editions.annee, editions.edition
    from {{ ref('int_territoires') }} as territoires
    cross join perimetres
    cross join postes
    cross join editions
),

lignes as (
    select empreinte.*, perimetres.perimetre as somme
    from {{ ref('int_bilan_empreinte') }} as empreinte
    inner join perimetres on empreinte.perimetre = perimetres.ligne
),

sommes as (
    select
        maille, code_territoire, somme as perimetre, coalesce(poste, 'ensemble') as poste,
        count(emissions_tco2e) = count(*) as est_connu,
        {{ somme_large('part_connue_tco2e') }} as part_connue,
        {{ erreurs_d_une_somme('emissions_tco2e', 'ln_gsd2') }},
        {{ statut_le_plus_faible('statut_methode') }} as statut_methode
    from lignes
    group by
        grouping sets (  -- noqa: PRS, RF02
            (maille, code_territoire, somme, poste), (maille, code_territoire, somme)
        )
)

select
    modalites.maille, modalites.code_territoire, modalites.perimetre, modalites.poste, modalites.annee, modalites.edition,
    case
        when modalites.poste = 'utilisation_terres' then 'hors_perimetre'
        when sommes.poste is null or sommes.est_connu then 'estime'
        else 'non_estime'
    end as statut,
    case
        when modalites.poste = 'utilisation_terres' then null
        when sommes.poste is null then 0
        when sommes.est_connu then sommes.part_connue
    end as emissions_tco2e,
    case
        when modalites.poste = 'utilisation_terres' then null
        when sommes.poste is null then 0
        else sommes.part_connue
    end as part_connue_tco2e,
    case when sommes.est_connu then exp(sommes.ln_gsd2_independant) end as gsd2_independant,
    case when sommes.est_connu then exp(sommes.ln_gsd2_correle) end as gsd2_correle,
    coalesce(sommes.statut_methode, 'source') as statut_methode
from modalites
left join sommes
    on
        modalites.maille = sommes.maille and modalites.code_territoire = sommes.code_territoire
        and modalites.perimetre = sommes.perimetre and modalites.poste = sommes.poste
