-- name: query
with maintenant as (from nouvelle.marts.bilan_global
where approche_bois = 'consommation'
),

avant as (from ancienne.marts.bilan_global
where approche_bois = 'consommation'
)

select coalesce(maintenant.maille, avant.maille) as maille,
    coalesce(maintenant.code_territoire, avant.code_territoire) as code,
    coalesce(maintenant.nom_territoire, avant.nom_territoire) as nom, avant.arrondi_flux_kt_co2e as avant,
    maintenant.arrondi_flux_kt_co2e as apres, maintenant.maille is null as disparu, avant.maille is null as nouveau
from maintenant full join avant
    on maintenant.maille = avant.maille and maintenant.code_territoire = avant.code_territoire
where maintenant.arrondi_flux_kt_co2e is distinct from avant.arrondi_flux_kt_co2e
order by abs(coalesce(maintenant.flux_kt_co2e, 0) - coalesce(avant.flux_kt_co2e, 0)) desc, 1, 2;
