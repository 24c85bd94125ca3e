-- The commune of each hundredth of a degree, by edition of the boundaries.
select
    millesime,
    latitude_centiemes,
    longitude_centiemes,
    code_contour
from {{ source('lieux', 'cellules') }}
