-- Grades lose nothing: by nature and wood approach, what they part is the gross flux of the record; and parts make the whole.
{{ config(meta={'description': 'Grades part the gross flux of the record, and nothing is lost.'}) }}
with parts as (
    select maille, code_territoire, approche_bois, nature, sum(flux_brut_tco2e) as flux_brut_tco2e, sum(part_flux_brut_pct) as part_pct
    from {{ ref('qualite_reference') }}
    group by maille, code_territoire, approche_bois, nature
)

select
    'flux brut' as regle, {{ ligne(['parts.maille', 'parts.code_territoire', 'parts.approche_bois', 'parts.nature']) }} as ligne,
    parts.flux_brut_tco2e as constat, 1000 * (flux.emission_kt_co2e - flux.sequestration_kt_co2e) as attendu
from {{ ref('flux_par_nature') }} as flux
left join parts
    on
        flux.maille = parts.maille and flux.code_territoire = parts.code_territoire and flux.approche_bois = parts.approche_bois
        and flux.nature = parts.nature
where coalesce(abs(parts.flux_brut_tco2e - 1000 * (flux.emission_kt_co2e - flux.sequestration_kt_co2e)) > 0.001, parts.maille is null)
union all
select
    'parts' as regle, {{ ligne(['maille', 'code_territoire', 'approche_bois']) }} as ligne, sum(part_pct) as constat, 100 as attendu
from parts
group by maille, code_territoire, approche_bois
having abs(sum(part_pct) - 100) > 1e-6
