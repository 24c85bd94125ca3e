-- Figures that hold each other would add up twice: all gases beside each of them, a figure without carrier or use beside some, a published
-- sum that is not that of its parts or stands beside some of them only. So would one figure under
-- two names: repetitions are looked for on what words and names become, not on how they are written.
with gaz as (
    select distinct inventaire, annee, mesure
    from {{ ref('int_inventaires_cellules') }}
    where mesure in ('ges', 'co2', 'ch4', 'n2o')
),

-- Words first: millions of rows are looked at only where words may hide such a case.
melanges as (
    select inventaire, libelle_secteur, libelle_mesure
    from {{ ref('int_inventaires_mots') }}
    where not est_ignore
    group by inventaire, libelle_secteur, libelle_mesure
    having
        (bool_or(libelle_energie = '') and bool_or(libelle_energie <> '')) or (bool_or(libelle_usage = '') and bool_or(libelle_usage <> ''))
),

details as (
    select
        chiffres.inventaire,
        min(chiffres.annee) as annee,
        min(chiffres.ligne) as ligne,
        bool_or(chiffres.libelle_energie = '') and bool_or(chiffres.libelle_energie <> '') as melange_energies,
        bool_or(chiffres.libelle_usage = '') and bool_or(chiffres.libelle_usage <> '') as melange_usages
    from {{ ref('stg_inventaires__chiffres') }} as chiffres
    inner join melanges
        on
            chiffres.inventaire = melanges.inventaire and chiffres.libelle_secteur = melanges.libelle_secteur
            and chiffres.libelle_mesure = melanges.libelle_mesure
    left join {{ ref('inventaires_correspondances') }} as energies
        on
            chiffres.inventaire = energies.inventaire and chiffres.libelle_energie = energies.libelle and energies.dimension = 'energie'
    where coalesce(energies.code, '') <> 'ignore'
    group by
        chiffres.inventaire, chiffres.code_source, chiffres.nom_source, chiffres.annee, chiffres.libelle_secteur, chiffres.libelle_mesure
    having melange_energies or melange_usages
),

-- Measures that two words name, and inventories whose territories have names alone.
a_deux_noms as (
    select mots.inventaire, mots.mesure
    from {{ ref('int_inventaires_mots') }} as mots
    inner join {{ ref('stg_inventaires') }} as contrats on mots.inventaire = contrats.inventaire
    where mots.mesure is not null
    group by mots.inventaire, mots.mesure
    having count(distinct mots.libelle_mesure) > 1 or bool_or(contrats.par_nom)
),

lus as (
    select
        chiffres.inventaire,
        chiffres.annee,
        chiffres.ligne,
        chiffres.nom_source,
        chiffres.libelle_mesure,
        chiffres.libelle_secteur,
        chiffres.libelle_energie,
        chiffres.libelle_usage,
        mesures.code as mesure,
        coalesce(epci.code_source, nullif(chiffres.code_source, ''), chiffres.nom_source) as territoire
    from {{ ref('stg_inventaires__chiffres') }} as chiffres
    inner join {{ ref('inventaires_correspondances') }} as mesures
        on
            chiffres.inventaire = mesures.inventaire and chiffres.libelle_mesure = mesures.libelle and mesures.dimension = 'mesure'
    inner join a_deux_noms on chiffres.inventaire = a_deux_noms.inventaire and mesures.code = a_deux_noms.mesure
    left join {{ ref('int_inventaires_epci') }} as epci
        on chiffres.inventaire = epci.inventaire and chiffres.nom_source = epci.nom_source
),

repetitions as (
    select
        inventaire,
        min(annee) as annee,
        max(ligne) as ligne,
        {{ liste_de_textes('nom_source', ' = ', 'nom_source', unique=true) }} as noms,
        {{ liste_de_textes('libelle_mesure', ' = ', 'libelle_mesure', unique=true) }} as libelles
    from lus
    group by inventaire, territoire, annee, libelle_secteur, libelle_energie, libelle_usage, mesure
    having count(*) > 1
),

sommes as (
    select
        parts.inventaire,
        parts.code_source,
        parts.annee,
        parts.mesure,
        sommes.secteur_somme as secteur,
        sommes.energie_somme as energie,
        sum(parts.valeur) as valeur,
        bool_and(parts.etat = 'valeur') as toutes_connues,
        count(*) as n_parts,
        min(parts.pas) as pas
    from {{ ref('int_inventaires_cellules') }} as parts
    inner join {{ ref('int_inventaires_sommes') }} as sommes
        on
            parts.inventaire = sommes.inventaire and parts.annee = sommes.annee and parts.mesure = sommes.mesure
            and parts.secteur = sommes.secteur and parts.energie = sommes.energie
    where sommes.est_entiere and sommes.est_toute_energie
    group by all
),

sommes_fausses as (
    select cellules.inventaire, cellules.annee, cellules.mesure, cellules.code_source
    from {{ ref('int_inventaires_cellules') }} as cellules
    inner join sommes
        on
            cellules.inventaire = sommes.inventaire and cellules.code_source = sommes.code_source and cellules.annee = sommes.annee
            and cellules.mesure = sommes.mesure and cellules.secteur = sommes.secteur and cellules.energie = sommes.energie
    where
        cellules.etat = 'valeur'
        and {{ est_somme_fausse('cellules.valeur', 'sommes.valeur', 'sommes.n_parts', 'sommes.pas', 'sommes.toutes_connues') }}
    union all
    select inventaire, annee, mesure, code_source
    from {{ ref('int_inventaires_cellules') }}
    where n_sommes_fausses > 0
),

constats as (
    select distinct
        inventaire, annee, mesure,
        secteur_somme || ' à côté d''une partie seulement des secteurs qu''il contient : donner les autres, ou écarter le libellé par le code'
        || ' ignore dans inventaires_correspondances' as motif
    from {{ ref('int_inventaires_sommes') }}
    where not est_entiere and est_toute_energie
    union all
    select inventaire, annee, 'ges' as mesure, 'tous gaz à côté de gaz seuls : l''un contient les autres' as motif
    from gaz
    group by inventaire, annee
    having count(distinct mesure) > 1 and bool_or(mesure = 'ges')
    union all
    select
        inventaire, annee, 'ligne ' || ligne as mesure,
        'une figure sans énergie ou sans usage à côté de figures qui en ont : l''une contient les autres ; écarter le libellé par le code'
        || ' ignore dans inventaires_correspondances' as motif
    from details
    union all
    select
        inventaire, annee, 'ligne ' || ligne as mesure,
        'un chiffre donné deux fois, sous deux noms (' || noms || ' ; ' || libelles || ') : n''en garder qu''un' as motif
    from repetitions
    union all
    select
        inventaire, annee, mesure,
        'une somme du producteur n''est pas celle de ses parties (territoire ' || min(code_source) || ', ' || count(distinct code_source)
        || ' en tout)' as motif
    from sommes_fausses
    group by inventaire, annee, mesure
)

select constats.inventaire, contrats.fichier, constats.annee, constats.mesure, constats.motif
from constats
inner join {{ ref('stg_inventaires') }} as contrats on constats.inventaire = contrats.inventaire
