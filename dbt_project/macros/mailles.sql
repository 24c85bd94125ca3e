{#
  Published meshes: the code of each territory that a commune of int_communes is in, null where it is in none. Nothing below EPCI belongs
  here. France is metropolitan France (FR) wherever ALDO is concerned; what covers overseas too stands under FR_ENTIERE.
#}
{% macro niveaux() %}
    {{ return([
        ('epci', 'communes.siren_epci'), ('departement', 'communes.code_departement'), ('region', 'communes.code_region'),
        ('france', "case when communes.est_metropole then 'FR' end"), ('france', "'FR_ENTIERE'")
    ]) }}
{% endmacro %}

{# Their names, as a list of SQL texts. #}
{% macro mailles() -%}
    {% for maille in niveaux() | map('first') | unique %}'{{ maille }}'{% if not loop.last %}, {% endif %}{% endfor %}
{%- endmacro %}

{# Sum over the rows that pass `filtre`, null when one of them has no figure: missing is not zero. #}
{% macro somme_complete(mesure, filtre='true') -%}
    case
        when count(*) filter (where {{ filtre }}) = count({{ mesure }}) filter (where {{ filtre }})
            then sum({{ mesure }}) filter (where {{ filtre }})
    end
{%- endmacro %}
