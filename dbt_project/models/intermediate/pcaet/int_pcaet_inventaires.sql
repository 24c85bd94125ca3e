-- Inventories in the lines of the PCAET form, and its totals: a row a line, inventory and year that the inventory has figures of, in the unit of
-- the form. A line without figure says why. Only what the inventory's own partition holds counts: a producer's sums stay in its tables.
with publies as (
    select
        maille, code_territoire, inventaire, annee, est_provisoire, 'emissions_ges' as volet, '' as polluant, secteur, niveau, completude,
        emissions_tco2e / {{ tonnes_par_kt() }} as valeur
    from {{ ref('inventaire_ges') }}
    where partition and gaz = 'ges'
    union all
    -- The carriers of a sector are added where all of them are known.
    select
        maille, code_territoire, inventaire, annee, bool_or(est_provisoire) as est_provisoire, 'consommation_energetique' as volet, '' as polluant,
        secteur, niveau, {{ completude_d_ensemble() }} as completude, {{ somme_si_complete('energie_gwh') }} as valeur
    from {{ ref('inventaire_energie') }}
    where partition and grandeur = 'consommation_energie'
    group by maille, code_territoire, inventaire, annee, secteur, niveau
    union all
    select
        maille, code_territoire, inventaire, annee, est_provisoire, 'polluants_atmospheriques' as volet, polluant, secteur, niveau, completude,
        emissions_kg / {{ kg_par_tonne() }} as valeur
    from {{ ref('inventaire_polluants') }}
    where partition
),

etendues as (
    select secteur, count(*) as n_secteurs
    from {{ ref('inventaires_secteurs_parties') }}
    group by secteur
),

secteurs as (
    select count(*) as n_secteurs
    from {{ ref('inventaires_secteurs') }}
    where role = 'secteur'
),

{% set contexte = ['maille', 'code_territoire', 'inventaire', 'annee', 'volet', 'polluant'] -%}
contextes as (
    select
        publies.maille, publies.code_territoire, publies.inventaire, publies.annee, publies.volet, publies.polluant,
        bool_or(publies.est_provisoire) as est_provisoire, {{ completude_d_ensemble() }} as completude,
        {{ somme_si_complete('publies.valeur') }} as valeur, sum(etendues.n_secteurs) as n_secteurs
    from publies
    inner join etendues on publies.secteur = etendues.secteur
    group by publies.maille, publies.code_territoire, publies.inventaire, publies.annee, publies.volet, publies.polluant
),

groupes as (
    select {% for nom in contexte %}publies.{{ nom }}, {% endfor %}parties.partie as secteur, min(noms.libelle) as libelle
    from publies
    inner join {{ ref('inventaires_secteurs_parties') }} as parties on publies.secteur = parties.secteur
    inner join {{ ref('inventaires_secteurs') }} as noms on publies.secteur = noms.secteur
    where publies.niveau <> 'secteur'
    group by {% for nom in contexte %}publies.{{ nom }}, {% endfor %}parties.partie
),

lignes as (
    select
        {% for nom in contexte %}contextes.{{ nom }}, {% endfor %}grille.identifiant, grille.unite, false as est_total, contextes.est_provisoire,
        coalesce(publies.completude, 'absente') as completude, publies.valeur,
        case
            when publies.completude is null and groupes.secteur is not null
                then 'donné seulement dans un ensemble : ' || groupes.libelle
            when publies.completude is null then 'secteur absent de cet inventaire'
        end as motif
    from contextes
    inner join {{ ref('pcaet_grille') }} as grille on contextes.volet = grille.volet and contextes.polluant = coalesce(grille.polluant, '')
    left join publies
        on
            grille.secteur = publies.secteur
            {% for nom in contexte %}and contextes.{{ nom }} = publies.{{ nom }} {% endfor %}
    left join groupes
        on
            grille.secteur = groupes.secteur
            {% for nom in contexte %}and contextes.{{ nom }} = groupes.{{ nom }} {% endfor %}
    union all
    select
        {% for nom in contexte %}contextes.{{ nom }}, {% endfor %}totaux.identifiant, totaux.unite, true as est_total, contextes.est_provisoire,
        contextes.completude, case when contextes.n_secteurs = secteurs.n_secteurs then contextes.valeur end as valeur,
        case when contextes.n_secteurs < secteurs.n_secteurs then 'l''inventaire n''a pas tous les secteurs' end as motif
    from contextes
    inner join {{ ref('pcaet_totaux') }} as totaux on contextes.volet = totaux.volet and contextes.polluant = coalesce(totaux.polluant, '')
    cross join secteurs
)

select
    maille, code_territoire, inventaire, annee, identifiant, unite, est_total, est_provisoire, completude, valeur as valeur_du_cadre,
    case
        when valeur is not null then null
        when motif is not null then motif
        when completude = 'secrete' and unite = 'GWh'
            then 'secret statistique : une énergie au moins n''est pas publiée ; la somme du producteur, s''il la donne, est dans inventaire_energie'
        when completude = 'secrete' then 'secret statistique : une part au moins n''est pas publiée'
        when completude = 'partielle' then 'une part du territoire manque dans l''inventaire'
        when completude = 'non_reconstituable' then 'inventaire par EPCI dont les limites ne sont plus celles du territoire'
        else 'aucune part connue'
    end as motif
from lignes
