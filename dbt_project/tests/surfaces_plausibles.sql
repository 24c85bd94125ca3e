-- The areas that a producer publishes are those of its own boundaries, in hectares: over an edition the two agree within 2 %.
{{ config(meta={'description': 'Published areas are those of the boundaries.'}) }}
select
    'contours_communes' as fichier,
    millesime,
    sum(surface_publiee_ha) as surface_publiee_ha,
    sum(surface_calculee_ha) as surface_calculee_ha,
    'la surface publiée n''est pas celle des contours, en hectares' as motif
from {{ ref('stg_ign__surfaces') }}
where surface_publiee_ha is not null
group by millesime
having abs(sum(surface_publiee_ha) / sum(surface_calculee_ha) - 1) > 0.02
