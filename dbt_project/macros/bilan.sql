{#
  Posts of the balance from the published figures of one table of inventories, in the newest year of each. `dimension` is the column of what
  is measured, `grandeur` the rows of espass_secteurs_postes besides `toutes`, `condition` a filter on the table.

  A post is known when each sector that it is made of is, whole; what is known of it stands beside. What the partition holds as a group goes to
  `non_affecte` and leaves the posts of its sectors unknown. The posts add up to the inventory's total.
#}
{% macro postes_d_inventaire(relation, grandeur, dimension, valeur, condition='true') -%}
{% set contexte = ['maille', 'code_territoire', 'inventaire', 'annee', dimension] -%}
with publies as (
    select {{ contexte | join(', ') }}, version_inventaire, est_provisoire, secteur, niveau, {{ valeur }} as valeur
    from {{ relation }}
    where partition and {{ condition }}
    qualify annee = max(annee) over (partition by inventaire)
),

contextes as (
    select {{ contexte | join(', ') }}, min(version_inventaire) as version_inventaire, bool_or(est_provisoire) as est_provisoire
    from publies
    group by {{ contexte | join(', ') }}
),

groupes as (
    select distinct {% for nom in contexte %}publies.{{ nom }}, {% endfor %}parties.partie as secteur
    from publies
    inner join {{ ref('inventaires_secteurs_parties') }} as parties on publies.secteur = parties.secteur
    where publies.niveau <> 'secteur'
),

postes as (
    select postes.secteur, postes.poste, postes.part_millieme, postes.statut, secteurs.role
    from {{ ref('espass_secteurs_postes') }} as postes
    inner join {{ ref('inventaires_secteurs') }} as secteurs on postes.secteur = secteurs.secteur
    where postes.grandeur in ('toutes', '{{ grandeur }}')
),

attendus as (
    select {% for nom in contexte %}contextes.{{ nom }}, {% endfor %}postes.poste, postes.secteur, postes.part_millieme, postes.statut
    from contextes
    cross join postes
    left join groupes
        on postes.secteur = groupes.secteur{% for nom in contexte %} and contextes.{{ nom }} = groupes.{{ nom }}{% endfor %}
    where postes.role = 'secteur' and not (postes.poste = 'non_affecte' and groupes.secteur is not null)
    union all
    select {% for nom in contexte %}publies.{{ nom }}, {% endfor %}postes.poste, postes.secteur, postes.part_millieme, postes.statut
    from publies
    inner join postes on publies.secteur = postes.secteur
    where publies.niveau <> 'secteur'
),

sommes as (
    select
        {% for nom in contexte %}attendus.{{ nom }}, {% endfor %}attendus.poste,
        count(publies.valeur) = count(*) as est_connu,
        cast(sum({{ terme_large('publies.valeur', 9) }} * attendus.part_millieme) as double) / 1000 as valeur_connue,
        {{ statut_le_plus_faible('attendus.statut') }} as statut_methode
    from attendus
    left join publies
        on attendus.secteur = publies.secteur{% for nom in contexte %} and attendus.{{ nom }} = publies.{{ nom }}{% endfor %}
    group by {% for nom in contexte %}attendus.{{ nom }}, {% endfor %}attendus.poste
    union all
    select
        {% for nom in contexte %}publies.{{ nom }}, {% endfor %}'ensemble' as poste,
        count(publies.valeur) = count(*) and sum(etendues.n_secteurs) = (select count(*) from {{ ref('inventaires_secteurs') }} as tous where tous.role = 'secteur') as est_connu,
        {{ somme_large('publies.valeur', decimales=9) }} as valeur_connue,
        'source' as statut_methode
    from publies
    inner join (
        select parties.secteur, count(*) as n_secteurs from {{ ref('inventaires_secteurs_parties') }} as parties group by parties.secteur
    ) as etendues on publies.secteur = etendues.secteur
    group by {% for nom in contexte %}publies.{{ nom }}{% if not loop.last %}, {% endif %}{% endfor %}
    union all
    -- No sector of an inventory is construction: the territory alone can say it.
    select {{ contexte | join(', ') }}, 'travaux' as poste, false as est_connu, null as valeur_connue, 'hypothese' as statut_methode
    from contextes
),

valeurs as (
    select sommes.*, case when sommes.est_connu then sommes.valeur_connue end as valeur, contextes.version_inventaire, contextes.est_provisoire
    from sommes
    inner join contextes
        on {% for nom in contexte %}sommes.{{ nom }} = contextes.{{ nom }}{% if not loop.last %} and {% endif %}{% endfor %}
)

select
    valeurs.*,
    row_number() over (
        partition by valeurs.maille, valeurs.code_territoire, valeurs.{{ dimension }}, valeurs.poste, valeurs.annee
        order by valeurs.valeur is null, coalesce(ordre.rang, 1), valeurs.inventaire
    ) = 1 as est_retenu
from valeurs
left join {{ ref('espass_ordre_inventaires') }} as ordre on valeurs.inventaire = ordre.inventaire
{%- endmacro %}

{# Of several statuses of the seeds, that which binds: assumed, else derived, else read. #}
{% macro statut_le_plus_faible(statut) -%}
    case when bool_or({{ statut }} = 'hypothese') then 'hypothese' when bool_or({{ statut }} = 'derive') then 'derive' else 'source' end
{%- endmacro %}

{# ln(GSD2) of a sum of lines, from those of its terms: independent, and as if one error moved them all (ABC, Bilan Carbone 2025). #}
{% macro erreurs_d_une_somme(valeur, ln_gsd2) -%}
    {% set independantes = 'sqrt(' ~ somme_large('power(' ~ valeur ~ ' * ' ~ ln_gsd2 ~ ', 2)') ~ ')' -%}
    {% set correlees = somme_large('abs(' ~ valeur ~ ') * ' ~ ln_gsd2) -%}
    {{ independantes }} / nullif(abs({{ somme_large(valeur) }}), 0) as ln_gsd2_independant,
    greatest({{ independantes }}, {{ correlees }}) / nullif(abs({{ somme_large(valeur) }}), 0) as ln_gsd2_correle
{%- endmacro %}

{#
  Rows of the balance in t CO2e a year, of posts or of all posts together, by the filter `condition`: the inventory, the footprint, and what
  conversions of land emit. They are rows side by side; nothing here adds two of them.
#}
{% macro bilan_publie(condition) -%}
with perimetres as (
    select
        maille, code_territoire, 'inventaire' as perimetre, poste, inventaire, annee, version_inventaire as edition,
        valeur as emissions_tco2e, valeur_connue as part_connue_tco2e, cast(null as double) as gsd2_independant, cast(null as double) as gsd2_correle,
        case when valeur is null then 'non_estime' else 'estime' end as statut, statut_methode, est_retenu as retenu, est_provisoire
    from {{ ref('int_bilan_inventaires') }}
    union all
    select
        maille, code_territoire, perimetre, poste, null as inventaire, annee, edition, emissions_tco2e, part_connue_tco2e,
        gsd2_independant, gsd2_correle, statut, statut_methode, null as retenu, false as est_provisoire
    from {{ ref('int_bilan_postes') }}
    union all
    select
        terres.maille, terres.code_territoire, 'terres_hors_total' as perimetre, 'utilisation_terres' as poste, null as inventaire, null as annee,
        execution.version_aldo as edition, terres.emissions_tco2e, terres.emissions_tco2e as part_connue_tco2e, null as gsd2_independant,
        null as gsd2_correle, case when terres.emissions_tco2e is null then 'non_estime' else 'estime' end as statut, 'source' as statut_methode,
        null as retenu, false as est_provisoire
    from {{ ref('int_bilan_terres') }} as terres
    cross join {{ ref('stg_execution') }} as execution
),

bilan as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        {% if 'ensemble' not in condition or '<>' in condition %}perimetres.poste,{% endif %}
        perimetres.perimetre,
        perimetres.inventaire,
        perimetres.annee,
        coalesce(cast(perimetres.annee as string), execution.periode_aldo) as periode,
        perimetres.edition,
        perimetres.emissions_tco2e,
        perimetres.part_connue_tco2e,
        perimetres.emissions_tco2e / nullif(territoires.population, 0) as emissions_tco2e_par_habitant,
        perimetres.gsd2_independant,
        perimetres.gsd2_correle,
        perimetres.emissions_tco2e / perimetres.gsd2_correle as borne_basse_tco2e,
        perimetres.emissions_tco2e * perimetres.gsd2_correle as borne_haute_tco2e,
        perimetres.emissions_tco2e / perimetres.gsd2_correle / nullif(territoires.population, 0) as borne_basse_tco2e_par_habitant,
        perimetres.emissions_tco2e * perimetres.gsd2_correle / nullif(territoires.population, 0) as borne_haute_tco2e_par_habitant,
        perimetres.statut,
        perimetres.statut_methode,
        perimetres.retenu,
        perimetres.est_provisoire,
        {{ jeu_prg_du_bilan() }} as jeu_prg,
        'émissions seules, positives, vues de l''atmosphère ; aucune séquestration n''en est déduite' as convention_de_signe,
        coalesce(contrats.titre, case perimetres.perimetre when 'terres_hors_total' then 'ADEME, ALDO' else {{ source_de_l_empreinte('perimetres.edition') }} end) as source,
        {{ statut_inventaire("coalesce(perimetres.edition, '')") }} as statut_donnees
    from perimetres
    left join {{ ref('stg_inventaires') }} as contrats on perimetres.inventaire = contrats.inventaire
    {{ territoire_et_execution('perimetres') }}
    where {{ condition }}
)

select
    bilan.*,
    {{ arrondis('bilan', ['emissions_tco2e', 'part_connue_tco2e', 'emissions_tco2e_par_habitant', 'borne_basse_tco2e', 'borne_haute_tco2e',
                           'borne_basse_tco2e_par_habitant', 'borne_haute_tco2e_par_habitant']) }}
from bilan
{%- endmacro %}

{# The set of warming potentials of a row: the source's own; SDES does not state its in what was read. #}
{% macro jeu_prg_du_bilan() -%}
    coalesce(contrats.jeu_prg, case perimetres.perimetre when 'terres_hors_total' then 'celui d''ALDO (N2O : 273)' else 'selon la source' end)
{%- endmacro %}

{# Where the figures of the footprint come from. #}
{% macro source_de_l_empreinte(edition) -%}
    {{ edition }} || ' ; répartition entre territoires par la maison, d''après Insee (populations, Filosofi, Budget de famille), SDES et Agence ORE'
{%- endmacro %}

{# The keys of espass_cles, as columns of cles_empreinte. #}
{% macro cles_de_l_empreinte() %}
    {{ return(['population', 'menages', 'revenu_alimentation', 'revenu_biens', 'revenu_transports', 'revenu_services', 'revenu_logement',
               'voiture', 'gaz', 'electricite']) }}
{% endmacro %}
