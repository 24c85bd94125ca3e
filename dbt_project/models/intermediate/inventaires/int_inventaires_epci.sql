-- Names of EPCI in inventories that give no code, and the EPCI of their vintage: the seed first, then the official name of one EPCI and
-- no other, case, accents and punctuation apart. A name that matches nothing keeps an empty code (data test).
with noms as (
    select chiffres.inventaire, chiffres.nom_source, {{ premier('chiffres.fichier', 'chiffres.ligne') }}, min(chiffres.ligne) as ligne
    from {{ ref('stg_inventaires__chiffres') }} as chiffres
    inner join {{ ref('stg_inventaires') }} as contrats on chiffres.inventaire = contrats.inventaire
    where contrats.par_nom
    group by chiffres.inventaire, chiffres.nom_source
),

officiels as (
    select edition, {{ nom_compare('nom_epci') }} as nom_compare, min(siren_epci) as siren_epci
    from {{ ref('stg_insee__epci') }}
    group by all
    having count(*) = 1
)

select
    noms.inventaire,
    noms.nom_source,
    noms.fichier,
    noms.ligne,
    coalesce(graine.siren_epci, officiels.siren_epci) as code_source,
    case
        when graine.siren_epci is not null then 'graine : ' || graine.motif
        when officiels.siren_epci is not null then 'nom officiel'
    end as rapprochement
from noms
inner join {{ ref('stg_inventaires') }} as contrats on noms.inventaire = contrats.inventaire
left join {{ ref('inventaires_noms_epci') }} as graine
    on noms.inventaire = graine.inventaire and noms.nom_source = graine.libelle
left join officiels
    on contrats.millesime = cast(officiels.edition as string) and {{ nom_compare('noms.nom_source') }} = officiels.nom_compare
