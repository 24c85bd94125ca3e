{# A parameter of the method of plumes, in the unit that its seed names. #}
{% macro parametre_panaches(nom) %}(select valeur from {{ ref('panaches_parametres') }} where parametre = '{{ nom }}'){% endmacro %}

{# Great-circle distance of two points in degrees, km (haversine). #}
{% macro distance_km(latitude, longitude, autre_latitude, autre_longitude) -%}
    2 * {{ parametre_panaches('rayon_terre') }} * asin(sqrt(
        power(sin(radians(({{ autre_latitude }}) - ({{ latitude }})) / 2), 2)
        + cos(radians({{ latitude }})) * cos(radians({{ autre_latitude }}))
        * power(sin(radians(({{ autre_longitude }}) - ({{ longitude }})) / 2), 2)
    ))
{%- endmacro %}

{#
  Pairs of points of two relations that are no farther apart than a parameter. Bands of latitude first, `par_degre` of them a degree (each
  wider than the distance): their numbers are equal, which a join hashes, where every distance would be computed.
#}
{% macro joint_proches(ici, autre, parametre, par_degre) -%}
    inner join (
        select *, floor({{ par_degre }} * latitude) + voisine as bande from {{ autre }} cross join (values (-1), (0), (1)) as bandes (voisine)
    ) as autre
        on
            floor({{ par_degre }} * {{ ici }}.latitude) = autre.bande
            and {{ distance_km(ici ~ '.latitude', ici ~ '.longitude', 'autre.latitude', 'autre.longitude') }} <= {{ parametre_panaches(parametre) }}
{%- endmacro %}

{# Bearing of the other point seen from here, degrees clockwise from north. #}
{% macro azimut_deg(latitude, longitude, autre_latitude, autre_longitude) -%}
    degrees(atan2(
        sin(radians({{ autre_longitude }} - {{ longitude }})) * cos(radians({{ autre_latitude }})),
        cos(radians({{ latitude }})) * sin(radians({{ autre_latitude }}))
        - sin(radians({{ latitude }})) * cos(radians({{ autre_latitude }})) * cos(radians({{ autre_longitude }} - {{ longitude }}))
    ))
{%- endmacro %}

{# Bearing that the wind comes from, of its eastward and northward parts. #}
{% macro azimut_au_vent(est, nord) %}degrees(atan2(-{{ est }}, -{{ nord }})){% endmacro %}

{# Angle between two bearings, 0 to 180 degrees. #}
{% macro ecart_deg(azimut, autre) -%}
    abs(({{ azimut }} - ({{ autre }}) + 1260) - 360 * floor(({{ azimut }} - ({{ autre }}) + 1260) / 360) - 180)
{%- endmacro %}

{# What a site tells for a plume: its declared Mt a year, less with its angle to the wind and with its distance. #}
{% macro score_attribution(tonnes, ecart, distance) -%}
    case
        when {{ ecart }} > {{ parametre_panaches('angle_max') }} then 0
        else {{ tonnes }} / 1e6
            * exp(-power({{ ecart }}, 2) / (2 * power({{ parametre_panaches('angle_score') }}, 2)))
            * exp(-{{ distance }} / {{ parametre_panaches('portee_score') }})
    end
{%- endmacro %}

{# A coordinate as it is published, in hundredths of a degree. #}
{% macro centiemes(degres) %}cast(round(100 * {{ degres }}) as integer){% endmacro %}

{# Month of a sounding, AAAA-MM, and its instant in UTC, of the sixteen digits that name it. #}
{% macro mois_du_sondage(identifiant) -%}
    left(cast({{ identifiant }} as string), 4) || '-' || substr(cast({{ identifiant }} as string), 5, 2)
{%- endmacro %}
{% macro instant_du_sondage(identifiant) -%}
    {{ mois_du_sondage(identifiant) }} || '-' || substr(cast({{ identifiant }} as string), 7, 2) || 'T' || substr(cast({{ identifiant }} as string), 9, 2)
    || ':' || substr(cast({{ identifiant }} as string), 11, 2) || ':' || substr(cast({{ identifiant }} as string), 13, 2) || 'Z'
{%- endmacro %}
