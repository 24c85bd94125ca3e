-- Words of an inventory that no seed knows, and territories that are in no list of its vintage: one row an inventory and a dimension,
-- all of its words together with the seed lines to add, and the first line that holds one. Nothing is guessed: the data test stops here.
with territoires as (
    select inventaire, code_source, nom_source, {{ premier('fichier') }}, min(ligne) as ligne
    from {{ ref('stg_inventaires__chiffres') }}
    group by inventaire, code_source, nom_source
),

codes as (
    select 'secteur' as dimension, {{ liste_de_textes('secteur', ', ', 'secteur') }} as codes from {{ ref('inventaires_secteurs') }}
    union all
    select 'mesure' as dimension, {{ liste_de_textes('mesure', ', ', 'mesure') }} as codes from {{ ref('inventaires_mesures') }}
    union all
    select dimension, {{ liste_de_textes('code', ', ', 'code', unique=true) }} as codes
    from {{ ref('inventaires_correspondances') }}
    where dimension in ('energie', 'usage') and code <> 'ignore'
    group by dimension
),

rejets as (
    {% for dimension, inconnu in [
        ('secteur', "mots.secteur is null and mots.code_secteur is distinct from 'ignore'"), ('energie', 'mots.energie is null'),
        ('usage', 'mots.code_usage is null'), ('mesure', "mots.mesure is null and mots.code_mesure is distinct from 'ignore'")] -%}
    select
        mots.inventaire, mots.fichier, mots.ligne, mots.colonne, '{{ dimension }}' as dimension, mots.libelle_{{ dimension }} as libelle,
        'libellé absent de la graine inventaires_correspondances' as motif
    from {{ ref('int_inventaires_mots') }} as mots
    where {{ inconnu }}
    union all
    {% endfor -%}
    select
        mots.inventaire, mots.fichier, mots.ligne, mots.colonne, 'unite' as dimension, mots.unite as libelle,
        'unité absente de la graine inventaires_unites pour la famille ' || mots.famille as motif
    from {{ ref('int_inventaires_mots') }} as mots
    where mots.facteur is null and mots.famille is not null and mots.est_chiffre and not mots.est_ignore
    union all
    select
        communes.inventaire, communes.fichier, communes.ligne, 'territoire' as colonne, 'territoire' as dimension, communes.code_source as libelle,
        'la commune et ses arrondissements dans le même fichier : l''une contient les autres' as motif
    from territoires as communes
    inner join territoires as arrondissements
        on
            communes.inventaire = arrondissements.inventaire and communes.code_source <> arrondissements.code_source
            and communes.code_source = {{ commune_de_plein_exercice('arrondissements.code_source') }}
    union all
    select
        territoires.inventaire, territoires.fichier, territoires.ligne, 'territoire' as colonne, 'territoire' as dimension,
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
        epci.inventaire, epci.fichier, epci.ligne, 'nom' as colonne, 'territoire' as dimension, epci.nom_source as libelle,
        'EPCI inconnu sous ce nom au COG ' || contrats.millesime || ' : ajouter le nom et son SIREN à la graine inventaires_noms_epci'
            as motif
    from {{ ref('int_inventaires_epci') }} as epci
    inner join {{ ref('stg_inventaires') }} as contrats on epci.inventaire = contrats.inventaire
    left join {{ ref('int_inventaires_appartenances') }} as connus
        on
            contrats.maille_source = connus.maille_source and contrats.millesime = connus.millesime
            and epci.code_source = connus.code_source
    where connus.code_source is null
),

libelles as (
    select inventaire, dimension, libelle, motif, {{ premier('fichier') }}, {{ premier('colonne') }}, min(ligne) as ligne
    from rejets
    group by inventaire, dimension, libelle, motif
)

select
    libelles.inventaire,
    contrats.fichier || ' (' || {{ premier('libelles.fichier', 'libelles.ligne', nomme=false) }} || ')' as fichier,
    min(libelles.ligne) as ligne,
    {{ premier('libelles.colonne', 'libelles.ligne', nomme=false) }} as colonne,
    libelles.dimension,
    {{ liste_de_textes('libelles.libelle', ' ; ', 'libelles.libelle', unique=true) }} as libelle,
    libelles.motif,
    case
        when codes.codes is not null
            then
                {{ liste_de_textes("chr(10) || libelles.inventaire || ',' || libelles.dimension || ',\"' || libelles.libelle || '\",<code>,\"<motif>\"'",
                    '', 'libelles.libelle') }}
                || chr(10) || '(<code> : ' || codes.codes || ' ; ou ignore)'
    end as lignes_a_ajouter
from libelles
inner join {{ ref('stg_inventaires') }} as contrats on libelles.inventaire = contrats.inventaire
left join codes on libelles.dimension = codes.dimension
group by libelles.inventaire, contrats.fichier, libelles.dimension, libelles.motif, codes.codes
