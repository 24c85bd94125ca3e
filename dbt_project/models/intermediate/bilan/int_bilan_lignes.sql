-- Lines of the national footprint (t CO2e a year): products shared among posts by the seed, and the direct emissions of households, which
-- the parameters give for the edition that they name. Figures of another size, those of the demonstration, keep its proportion.
with produits as (
    select annee, edition, code_cpa, emissions_kt_co2e
    from {{ ref('stg_sdes__empreinte') }}
    where annee in (select max(annees.annee) from {{ ref('stg_sdes__empreinte') }} as annees)
),

parametres as (
    select
        cast(max(valeur) filter (where parametre = 'menages_vehicules') as decimal(18, 6)) as vehicules,
        cast(max(valeur) filter (where parametre = 'menages_logement') as decimal(18, 6)) as logement,
        max(valeur) filter (where parametre = 'empreinte_biens_services_2023') as produits
    from {{ ref('espass_parametres') }}
),

totaux as (
    select annee, edition, cast(sum(emissions_kt_co2e) as double) as produits
    from produits
    group by annee, edition
),

origines as (
    select annee, edition, code_cpa, emissions_kt_co2e, 'indirect' as perimetre
    from produits
    {% for code in ['vehicules', 'logement'] -%}
    union all
    select
        totaux.annee, totaux.edition, '{{ 'MENAGES_' ~ code.upper() }}' as code_cpa,
        cast(parametres.{{ code }} * totaux.produits / parametres.produits as decimal(18, 6)) as emissions_kt_co2e, 'direct_menages' as perimetre
    from totaux
    cross join parametres
    {% endfor %}
)

select
    postes.poste,
    postes.sous_poste,
    origines.perimetre,
    postes.cle,
    origines.annee,
    origines.edition,
    cast(sum(origines.emissions_kt_co2e * postes.part_millieme) as double) as emissions_tco2e,
    {{ statut_le_plus_faible('postes.statut') }} as statut_affectation
from origines
inner join {{ ref('espass_cpa_postes') }} as postes on origines.code_cpa = postes.code_cpa
group by all
