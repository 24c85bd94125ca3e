-- The territories of each hundredth of a degree on the target COG: where a point that is published rounded lies.
select
    cellules.latitude_centiemes,
    cellules.longitude_centiemes,
    communes.siren_epci,
    communes.code_departement,
    communes.code_region
from {{ ref('stg_cellules') }} as cellules
inner join {{ ref('int_contours') }} as contours
    on cellules.millesime = contours.millesime and cellules.code_contour = contours.code_contour
inner join {{ ref('int_communes') }} as communes on contours.code_commune = communes.code_commune
