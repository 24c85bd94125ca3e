-- Figures that hold each other would add up twice: an inventory without detail beside its sectors, all gases beside each of them, all
-- carriers or uses beside some, a total that is not the sum of its parts (to 0.5 %: producers round). So would one figure under two names:
-- repetitions are looked for on what words and names become, not on how they are written.
with roles as (
    select distinct cellules.inventaire, cellules.annee, cellules.mesure, secteurs.role
    from {{ ref('int_inventaires_cellules') }} as cellules
    inner join {{ ref('inventaires_secteurs') }} as secteurs on cellules.secteur = secteurs.secteur
    where secteurs.role <> 'hors_total'
),

details as (
    select
        chiffres.inventaire,
        min(chiffres.annee) as annee,
        min(chiffres.ligne) as ligne,
        bool_or(chiffres.energie = '') and bool_or(chiffres.energie <> '') as melange_energies,
        bool_or(chiffres.libelle_usage = '') and bool_or(chiffres.libelle_usage <> '') as melange_usages
    from (
        select
            chiffres.*,
            case coalesce(energies.code, '') when 'toutes_energies' then '' else coalesce(energies.code, '') end as energie
        from {{ ref('stg_inventaires__chiffres') }} as chiffres
        left join {{ ref('inventaires_correspondances') }} as energies
            on
                chiffres.inventaire = energies.inventaire and chiffres.libelle_energie = energies.libelle
                and energies.dimension = 'energie'
        where coalesce(energies.code, '') <> 'ignore'
    ) as chiffres
    group by
        chiffres.inventaire, chiffres.code_source, chiffres.nom_source, chiffres.annee, chiffres.libelle_secteur, chiffres.libelle_mesure
    having melange_energies or melange_usages
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
            chiffres.inventaire = mesures.inventaire and chiffres.libelle_mesure = mesures.libelle
            and mesures.dimension = 'mesure' and mesures.code <> 'ignore'
    left join {{ ref('int_inventaires_epci') }} as epci
        on chiffres.inventaire = epci.inventaire and chiffres.nom_source = epci.nom_source
),

-- Counted first: names are put together for those alone, which are none or few, where millions of rows are read.
repetes as (
    select inventaire, territoire, annee, libelle_secteur, libelle_energie, libelle_usage, mesure
    from lus
    group by inventaire, territoire, annee, libelle_secteur, libelle_energie, libelle_usage, mesure
    having count(*) > 1
),

repetitions as (
    select
        lus.inventaire,
        min(lus.annee) as annee,
        max(lus.ligne) as ligne,
        {{ liste_de_textes('lus.nom_source', ' = ', 'lus.nom_source', unique=true) }} as noms,
        {{ liste_de_textes('lus.libelle_mesure', ' = ', 'lus.libelle_mesure', unique=true) }} as libelles
    from lus
    inner join repetes
        on
            lus.inventaire = repetes.inventaire and lus.territoire is not distinct from repetes.territoire
            and lus.annee is not distinct from repetes.annee and lus.mesure = repetes.mesure
            and lus.libelle_secteur is not distinct from repetes.libelle_secteur
            and lus.libelle_energie is not distinct from repetes.libelle_energie
            and lus.libelle_usage is not distinct from repetes.libelle_usage
    group by
        lus.inventaire, lus.territoire, lus.annee, lus.libelle_secteur, lus.libelle_energie, lus.libelle_usage, lus.mesure
),

avec_total as (
    select distinct inventaire
    from {{ ref('int_inventaires_cellules') }}
    where secteur = 'total_du_producteur'
),

totaux as (
    select
        cellules.inventaire,
        cellules.annee,
        cellules.mesure,
        sum(cellules.valeur) filter (where cellules.secteur = 'total_du_producteur') as total_du_producteur,
        sum(cellules.valeur) filter (where secteurs.role in ('secteur', 'tous_secteurs')) as parts
    from {{ ref('int_inventaires_cellules') }} as cellules
    inner join avec_total on cellules.inventaire = avec_total.inventaire
    inner join {{ ref('inventaires_secteurs') }} as secteurs on cellules.secteur = secteurs.secteur
    where secteurs.role <> 'hors_total'
    group by cellules.inventaire, cellules.code_source, cellules.annee, cellules.mesure, cellules.energie
    having bool_and(cellules.etat = 'valeur')
),

constats as (
    select inventaire, annee, mesure, 'tous_secteurs à côté de secteurs : l''un contient les autres' as motif
    from roles
    where role in ('secteur', 'tous_secteurs')
    group by inventaire, annee, mesure
    having count(*) > 1
    union all
    select inventaire, annee, 'ges' as mesure, 'tous gaz à côté de gaz seuls : l''un contient les autres' as motif
    from roles
    where mesure in ('ges', 'co2', 'ch4', 'n2o')
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
    select inventaire, annee, mesure, 'le total du producteur n''est pas la somme de ses parties' as motif
    from totaux
    where abs(total_du_producteur - parts) > 0.005 * total_du_producteur
)

select constats.inventaire, contrats.fichier, constats.annee, constats.mesure, constats.motif
from constats
inner join {{ ref('stg_inventaires') }} as contrats on constats.inventaire = contrats.inventaire
