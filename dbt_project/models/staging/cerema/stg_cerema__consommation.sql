-- Land that communes consumed, by year (from its first January) and destination, m2: `ensemble` is the producer's sum of the six others. Null
-- is unknown; what is zero is left out. Columns are named one by one: those of several years would match a pattern. Arrondissements count in their commune, once.
select
    _edition as millesime,
    {{ commune_de_plein_exercice('idcom') }} as code_commune,
    2000 + cast(substr(colonne, 4, 2) as integer) as annee,
    case
        {% for destination in var('consommation').destinations -%}
        {% set avant, apres = destination.cerema.split('{a}')[0], destination.cerema.split('{a}')[1].split('{b}')[0] -%}
        when colonne like '{{ avant }}__{{ apres }}__' then '{{ destination.code }}'
        {% endfor %}
    end as destination,
    valeur as cellule,
    try_cast(valeur as double) as surface_m2
from (
    select _edition, idcom, {% for label in colonnes_de_cerema() %}{{ label }}{% if not loop.last %}, {% endif %}{% endfor %}
    from {{ source('raw', 'cerema_consommation') }}
    where
        {{ commune_de_plein_exercice('idcom') }} = idcom
        or {{ commune_de_plein_exercice('idcom') }} not in (select communes.idcom from {{ source('raw', 'cerema_consommation') }} as communes)
) as larges
unpivot include nulls (
    valeur for colonne in ({% for label in colonnes_de_cerema() %}{{ label }}{% if not loop.last %}, {% endif %}{% endfor %})
)
where coalesce(try_cast(valeur as double) <> 0, true)
