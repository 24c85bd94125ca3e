-- Words of an inventory that no seed knows, and territories that are in no list of its vintage: one row each, with the first line that
-- holds it. Nothing is guessed: the data test stops here.
with mots as (
    select
        inventaire, libelle_secteur, libelle_energie, libelle_mesure, unite, min(colonne) as colonne, min(ligne) as ligne
    from {{ ref('stg_inventaires__chiffres') }}
    group by all
),

territoires as (
    select inventaire, code_source, nom_source, min(ligne) as ligne
    from {{ ref('stg_inventaires__chiffres') }}
    group by all
),

mesures as (
    select correspondances.inventaire, correspondances.libelle, coalesce(mesures.famille, correspondances.code) as famille
    from {{ ref('inventaires_correspondances') }} as correspondances
    left join {{ ref('inventaires_mesures') }} as mesures on correspondances.code = mesures.mesure
    where correspondances.dimension = 'mesure' and (mesures.mesure is not null or correspondances.code = 'ignore')
),

rejets as (
    {% for dimension in ['secteur', 'energie'] -%}
    select
        mots.inventaire, mots.ligne, mots.colonne, '{{ dimension }}' as dimension, mots.libelle_{{ dimension }} as libelle,
        'libellé absent de la graine inventaires_correspondances' as motif
    from mots
    left join {{ ref('inventaires_correspondances') }} as connus
        on
            mots.inventaire = connus.inventaire and connus.dimension = '{{ dimension }}'
            and mots.libelle_{{ dimension }} = connus.libelle
    {% if dimension == 'secteur' -%}
    left join {{ ref('inventaires_secteurs') }} as secteurs on connus.code = secteurs.secteur
    where secteurs.secteur is null and connus.code is distinct from 'ignore'
    {% else -%}
    where mots.libelle_energie <> '' and connus.code is null
    {% endif -%}
    union all
    {% endfor -%}
    select
        mots.inventaire, mots.ligne, mots.colonne, 'mesure' as dimension, mots.libelle_mesure as libelle,
        'libellé absent de la graine inventaires_correspondances' as motif
    from mots
    left join mesures on mots.inventaire = mesures.inventaire and mots.libelle_mesure = mesures.libelle
    where mesures.famille is null
    union all
    select
        communes.inventaire, communes.ligne, 'territoire' as colonne, 'territoire' as dimension, communes.code_source as libelle,
        'la commune et ses arrondissements dans le même fichier : l''une contient les autres' as motif
    from territoires as communes
    inner join territoires as arrondissements
        on
            communes.inventaire = arrondissements.inventaire and communes.code_source <> arrondissements.code_source
            and communes.code_source = {{ commune_de_plein_exercice('arrondissements.code_source') }}
    union all
    select
        mots.inventaire, mots.ligne, mots.colonne, 'unite' as dimension, mots.unite as libelle,
        'unité absente de la graine inventaires_unites pour la famille ' || mesures.famille as motif
    from mots
    inner join mesures on mots.inventaire = mesures.inventaire and mots.libelle_mesure = mesures.libelle
    left join {{ ref('inventaires_unites') }} as unites on mesures.famille = unites.famille and mots.unite = unites.unite
    where unites.facteur is null and mesures.famille <> 'ignore'
    union all
    select
        territoires.inventaire, territoires.ligne, 'territoire' as colonne, 'territoire' as dimension,
        territoires.code_source as libelle,
        contrats.maille_source || ' inconnue au COG ' || contrats.millesime as motif
    from territoires
    inner join {{ ref('stg_inventaires') }} as contrats on territoires.inventaire = contrats.inventaire
    left join {{ ref('int_inventaires_appartenances') }} as connus
        on
            contrats.maille_source = connus.maille_source and contrats.millesime = connus.millesime
            and {{ commune_de_plein_exercice('territoires.code_source') }} = connus.code_source
    where not contrats.par_nom and connus.code_source is null
    union all
    select
        epci.inventaire, epci.ligne, 'nom' as colonne, 'territoire' as dimension, epci.nom_source as libelle,
        'EPCI inconnu sous ce nom au COG ' || contrats.millesime || ' : ajouter le nom et son SIREN à la graine inventaires_noms_epci'
            as motif
    from {{ ref('int_inventaires_epci') }} as epci
    inner join {{ ref('stg_inventaires') }} as contrats on epci.inventaire = contrats.inventaire
    left join {{ ref('int_inventaires_appartenances') }} as connus
        on
            contrats.maille_source = connus.maille_source and contrats.millesime = connus.millesime
            and epci.code_source = connus.code_source
    where connus.code_source is null
)

select distinct
    rejets.inventaire, contrats.fichier, rejets.ligne, rejets.colonne, rejets.dimension, rejets.libelle, rejets.motif
from rejets
inner join {{ ref('stg_inventaires') }} as contrats on rejets.inventaire = contrats.inventaire
