-- The user's own territories, one row a member: a commune, or an EPCI (nine digits), of the stated vintage.
select
    code as code_territoire,
    nom as nom_territoire,
    genre as maille,
    membre as code_membre,
    millesime,
    length(membre) = 9 as est_epci,
    _ligne as ligne
from {{ source('raw', 'territoires_locaux') }}
