-- Tax households, their persons and the median standard of living (EUR a consumption unit and a year) of communes, in the geography of
-- the source. A secret or unavailable row has none of the three. Municipal arrondissements stand beside their commune: left out.
select
    geographie as millesime,
    codgeo as code_commune,
    cast(annee as integer) as annee,
    {% for label, nom in [('nbmenfisc', 'menages'), ('nbpersmenfisc', 'personnes'), ('med', 'niveau_de_vie')] -%}
    cast(case when {{ label }} not in ('s', 'nd') then {{ label }} end as double) as {{ nom }}{% if not loop.last %},{% endif %}
    {% endfor %}
from {{ source('raw', 'insee_filosofi') }}
where {{ commune_de_plein_exercice('codgeo') }} = codgeo
