-- What inventories by commune say is in France, and in its departements together, to the rounding of shares; what inventories by EPCI
-- say of those that are unchanged is in the EPCI.
with sources as (
    select
        cellules.inventaire, contrats.maille_source, cellules.annee, cellules.secteur, cellules.mesure, cellules.energie,
        sum(cellules.valeur) as valeur,
        1e-8 * count(*) as arrondi  -- shared figures are rounded to 1e-9, in no more than ten parts
    from {{ ref('int_inventaires_cellules') }} as cellules
    inner join {{ ref('stg_inventaires') }} as contrats on cellules.inventaire = contrats.inventaire
    where
        contrats.maille_source = 'commune' or (contrats.millesime, cellules.code_source) in (
            select (parts.millesime, parts.code_source)
            from {{ ref('int_inventaires_appartenances') }} as parts
            where parts.maille_source = 'epci' and parts.maille = 'epci' and parts.est_reconstituable
        )
    group by all
),

projetes as (
    select
        inventaire, annee, secteur, mesure, energie,
        sum(valeur) filter (where maille = 'france' and code_territoire = 'FR_ENTIERE') as france,
        sum(valeur) filter (where maille = 'departement') as departements,
        sum(valeur) filter (where maille = 'epci' and est_reconstituable) as epci
    from {{ ref('int_inventaires_territoires') }}
    group by all
)

select sources.*, projetes.france, projetes.departements, projetes.epci
from sources
left join projetes
    on
        sources.inventaire = projetes.inventaire and sources.annee = projetes.annee
        and sources.secteur = projetes.secteur and sources.mesure = projetes.mesure and sources.energie = projetes.energie
where
    sources.valeur is not null and (
        (
            sources.maille_source = 'commune' and (
                coalesce(abs(sources.valeur - projetes.france) > sources.arrondi, true)
                or coalesce(abs(sources.valeur - projetes.departements) > sources.arrondi, true)
            )
        )
        or (
            sources.maille_source = 'epci'
            and coalesce(abs(sources.valeur - projetes.epci) > sources.arrondi, true)
        )
    )
