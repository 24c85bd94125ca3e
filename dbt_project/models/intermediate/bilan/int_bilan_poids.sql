-- Part of each commune in France for each key; never published. Communes without standard of living count as the mean, so that sums close.
with mesures as (
    select
        communes.code_commune,
        cles.cle,
        communes.revenu_eur_uc is not null or cles.elasticite_revenu = 0 as est_connu,
        power(communes.population, cles.exposant_population)
        * power(coalesce(communes.revenu_eur_uc / reference.revenu_moyen_eur_uc, 1), cles.elasticite_revenu)
        * power(communes.menages, cles.exposant_menages)
        * case when cles.elasticite_densite = 'calee' then power(communes.densite_hab_km2, reference.exposant_densite) else 1 end
        * case when cles.energie is null then 1 else energie.mwh_par_menage end as mesure
    from {{ ref('int_bilan_communes') }} as communes
    cross join {{ ref('espass_cles') }} as cles
    cross join {{ ref('int_bilan_reference') }} as reference
    left join {{ ref('int_bilan_energie') }} as energie
        on communes.code_departement = energie.code_departement and cles.energie = energie.energie
)

select
    code_commune,
    cle,
    est_connu,
    mesure,
    {{ terme_large('mesure / cast(sum(' ~ terme_large('mesure') ~ ') over (partition by cle) as double)', 18) }} as poids
from mesures
