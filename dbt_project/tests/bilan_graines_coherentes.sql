-- Coefficients of the balance that are drawn from others, drawn anew: none may be changed alone. Shares of a product make one; elasticities are
-- the logarithm of spending over that of income; parts of the seed are those of the parameters; factors are Base Carbone's, in the version they name.
with parametres as (
    select
        {% for parametre in ['menages_direct_total', 'menages_vehicules', 'menages_logement', 'part_gaz_logement', 'part_c19_vehicules',
            'part_d35_electricite', 'empreinte_biens_services_2023', 'empreinte_totale_2023'] -%}
        max(valeur) filter (where parametre = '{{ parametre }}') as {{ parametre }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('espass_parametres') }}
),

cles as (
    select
        cle, elasticite_revenu,
        case cle
            when 'revenu_alimentation' then 'alimentation_a_domicile' when 'voiture' then 'alimentation_a_domicile' when 'revenu_biens' then 'autres_postes'
            when 'revenu_transports' then 'transports' when 'revenu_services' then 'biens_et_services_divers' when 'revenu_logement' then 'logement'
        end as poste_bdf
    from {{ ref('espass_cles') }}
),

grandeurs as (
    select toutes.grandeur from (values ('ges'), ('polluants')) as toutes (grandeur)
),

attendus as (
    select 'espass_cpa_postes' as graine, code_cpa as ligne, sum(part_millieme) as valeur, 1000.0 as attendu, 1e-9 as tolerance
    from {{ ref('espass_cpa_postes') }}
    group by code_cpa
    union all
    select
        'espass_secteurs_postes' as graine, secteurs.secteur || ' ' || grandeurs.grandeur as ligne, sum(secteurs.part_millieme) as valeur,
        1000.0 as attendu, 1e-9 as tolerance
    from {{ ref('espass_secteurs_postes') }} as secteurs
    inner join grandeurs on secteurs.grandeur in ('toutes', grandeurs.grandeur)
    group by secteurs.secteur, grandeurs.grandeur
    union all
    select
        'espass_budget_famille' as graine, poste_bdf as ligne, elasticite as valeur, ln(rapport_depense_q5_q1) / ln(4.32) as attendu,
        0.0006 as tolerance
    from {{ ref('espass_budget_famille') }}
    union all
    select 'espass_cles' as graine, cles.cle as ligne, cles.elasticite_revenu as valeur, budget.elasticite as attendu, 1e-9 as tolerance
    from cles
    inner join {{ ref('espass_budget_famille') }} as budget on cles.poste_bdf = budget.poste_bdf
    union all
    select
        'espass_parametres' as graine, 'menages_direct_total' as ligne, menages_vehicules + menages_logement as valeur, menages_direct_total as attendu,
        1e-6 as tolerance
    from parametres
    union all
    select
        'espass_parametres' as graine, 'empreinte_totale_2023' as ligne, empreinte_biens_services_2023 + menages_direct_total as valeur,
        empreinte_totale_2023 as attendu, 1e-6 as tolerance
    from parametres
    union all
    select
        'espass_cpa_postes' as graine, postes.code_cpa || ' ' || postes.sous_poste as ligne, postes.part_millieme as valeur,
        1000 * case postes.sous_poste
            when 'carburants_amont' then parametres.part_c19_vehicules when 'electricite_reseau' then parametres.part_d35_electricite
            else parametres.part_gaz_logement
        end as attendu, 1e-9 as tolerance
    from {{ ref('espass_cpa_postes') }} as postes
    cross join parametres
    where postes.sous_poste in ('carburants_amont', 'electricite_reseau', 'gaz_combustion')
    union all
    select
        'espass_saisies' as graine, saisies.saisie || ' ' || saisies.sous_poste_cible as ligne, saisies.facteur_kgco2e_par_unite as valeur,
        facteurs.valeur * saisies.unites_de_la_source * saisies.part_de_la_source as attendu, 0.005 as tolerance
    from {{ ref('espass_saisies') }} as saisies
    inner join {{ ref('stg_ademe__base_carbone') }} as facteurs
        on
            saisies.base_carbone = facteurs.identifiant and coalesce(saisies.base_carbone_poste, '') = coalesce(facteurs.type_poste, '')
            and saisies.source_facteur like '%' || facteurs.version || ',%'
    union all
    select
        'espass_saisies' as graine, saisies.saisie || ' incertitude' as ligne, saisies.incertitude_pct as valeur, facteurs.incertitude_pct as attendu,
        1e-9 as tolerance
    from {{ ref('espass_saisies') }} as saisies
    inner join {{ ref('stg_ademe__base_carbone') }} as facteurs
        on
            saisies.base_carbone = facteurs.identifiant and not facteurs.est_poste
            and saisies.source_facteur like '%' || facteurs.version || ',%'
    union all
    select
        'espass_parametres' as graine, 'empreinte_biens_services_2023' as ligne, cast(sum(produits.emissions_kt_co2e) as double) as valeur,
        max(parametres.empreinte_biens_services_2023) as attendu, 1e-6 as tolerance
    from {{ ref('stg_sdes__empreinte') }} as produits
    cross join parametres
    where produits.annee = 2023 and produits.edition not like '%données de démonstration%'
    having count(*) > 0
)

select graine, ligne, valeur, attendu
from attendus
where not coalesce(abs(valeur - attendu) <= tolerance, false)
