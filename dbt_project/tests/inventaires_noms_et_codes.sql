-- A row of an inventory that gives a code and a name names the commune, or the EPCI, of that code. Producers shorten and update names, so that
-- a name is wrong only where it is that of another territory of the departement (or of the list, for EPCI) and not of this one.
with officiels as (
    select 'commune' as maille, com as code, {{ nom_compare('libelle') }} as nom, dep as parmi from {{ source('raw', 'insee_communes') }}
    where typecom = 'COM'
    union
    select 'epci' as maille, epci as code, {{ nom_compare('libepci') }} as nom, '' as parmi from {{ source('raw', 'epci_liste') }}
),

lignes as (
    select
        chiffres.inventaire, contrats.maille_source, contrats.fichier, chiffres.code_source, chiffres.nom_source, min(chiffres.ligne) as ligne
    from {{ ref('stg_inventaires__chiffres') }} as chiffres
    inner join {{ ref('stg_inventaires') }} as contrats on chiffres.inventaire = contrats.inventaire
    where chiffres.code_source <> '' and chiffres.nom_source <> ''
    group by all
)

select
    lignes.inventaire, lignes.fichier, lignes.ligne, lignes.code_source, lignes.nom_source,
    'ce nom est celui de ' || min(autres.code) || ', et ce code celui de ' || min(propres.nom) as motif
from lignes
inner join officiels as propres on lignes.maille_source = propres.maille and lignes.code_source = propres.code
inner join officiels as autres
    on
        propres.maille = autres.maille and propres.parmi = autres.parmi and propres.code <> autres.code
        and autres.nom = {{ nom_compare('lignes.nom_source') }}
group by all
having not bool_or(propres.nom = {{ nom_compare('lignes.nom_source') }})
