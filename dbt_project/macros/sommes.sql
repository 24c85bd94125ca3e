{#
  The sums of every item over the rows of a group, weighted: area, gross sequestration and gross emission, taken on ALDO's own rows
  so that they add up everywhere. `flux` is int_flux_atmosphere, `passage` holds a weight column a measure.
#}
{% macro sommes_des_postes() -%}
    {% for poste in postes() -%}
    {% set poids = 'passage.poids__' ~ poste.mesure -%}
    {% set flux = 'flux.flux_tco2e__' ~ poste.cle -%}
    {% if poste.approche -%}
    cast(null as decimal(38, 9)) as surface_ha__{{ poste.cle }},
    {% else -%}
    sum({{ terme_exact(poids ~ ' * flux.surface_ha__' ~ poste.cle) }}) as surface_ha__{{ poste.cle }},
    {% endif -%}
    sum({{ terme_exact('case when ' ~ flux ~ ' < 0 then ' ~ poids ~ ' * ' ~ flux ~ ' when ' ~ flux ~ ' >= 0 then 0 end') }})
        as sequestration_tco2e__{{ poste.cle }},
    sum({{ terme_exact('case when ' ~ flux ~ ' > 0 then ' ~ poids ~ ' * ' ~ flux ~ ' when ' ~ flux ~ ' <= 0 then 0 end') }})
        as emission_tco2e__{{ poste.cle }}{% if not loop.last %},{% endif %}
    {% endfor %}
{%- endmacro %}
