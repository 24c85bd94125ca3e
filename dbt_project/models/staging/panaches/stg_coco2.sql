-- Power plants of CoCO2 (2018), one row a plant: its units merged at 0.01 degree, t CO2; the activity is that of its largest fuel.
with unites as (
    select
        centrales.id as identifiant,
        combustibles.activite,
        {{ nombre('co2_emis_ty') }} as tonnes,
        {{ nombre('latitude') }} as latitude,
        {{ nombre('longitude') }} as longitude
    from {{ source('raw', 'coco2_centrales') }} as centrales
    left join {{ ref('panaches_combustibles') }} as combustibles on centrales.fuel = combustibles.combustible
)

select
    min(identifiant) as identifiant,
    max_by(activite, tonnes) as activite,
    sum(tonnes) as tonnes,
    sum(latitude * tonnes) / sum(tonnes) as latitude,
    sum(longitude * tonnes) / sum(tonnes) as longitude
from unites
group by {{ centiemes('latitude') }}, {{ centiemes('longitude') }}
