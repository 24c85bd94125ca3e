{#
  What every published table holds:
  - its key identifies a row;
  - its territories are those of `territoires`, and ALDO covers them at least in part, unless `couvert` is false;
  - gross parts have their sign and add up to the net flux, which is null only when they are;
  - what is shown is the exact figure to within half of its last decimal, holds no further decimal, and is there where the figure is;
  - an order of magnitude is that of two significant digits: within five parts in a hundred.
  Its columns are those of its contract: what is compiled must not depend on what the warehouse holds (assets/dbt_manifest.py).
#}
{% test table_publiee(model, cle, couvert=true) %}
{{ config(meta={'description': 'Key, territories, signs and sums of gross parts, presentation columns.'}) }}
{%- set colonnes = (graph.nodes['model.' ~ project_name ~ '.' ~ model.identifier].columns if execute else {}) | list -%}
{{ cles_repetees(model, cle) }}
union all
select 'territoire inconnu' as regle, {{ ligne(['model.maille', 'model.code_territoire']) }} as ligne, concat_ws(' ', count(*), 'lignes') as constat
from {{ model }} as model
left join {{ ref('territoires') }} as territoires
    on model.maille = territoires.maille and model.code_territoire = territoires.code_territoire
where {% if couvert %}coalesce(territoires.couverture_aldo, 'absente') = 'absente'{% else %}territoires.maille is null{% endif %}
group by model.maille, model.code_territoire
{%- for colonne in colonnes if colonne.startswith('sequestration_') %}
{%- set unite = colonne.removeprefix('sequestration_') %}
{%- if 'flux_' ~ unite in colonnes and 'emission_' ~ unite in colonnes %}
union all
select
    'parts et signes' as regle,
    {{ ligne(cle) }} as ligne,
    concat_ws(' ', 'flux_{{ unite }}', flux_{{ unite }}, 'sequestration', sequestration_{{ unite }}, 'emission', emission_{{ unite }}) as constat
from {{ model }}
where
    sequestration_{{ unite }} > 0
    or emission_{{ unite }} < 0
    or {{ different('flux_' ~ unite, 'sequestration_' ~ unite ~ ' + emission_' ~ unite) }}
    or (flux_{{ unite }} is null) <> (sequestration_{{ unite }} is null)
{%- endif %}
{%- endfor %}
{%- for colonne in colonnes if colonne.startswith('arrondi_') %}
{%- set exacte = colonne.removeprefix('arrondi_') %}
{%- set dernier = 'power(10, ' ~ decimales(exacte) ~ ')' %}
union all
select 'arrondi' as regle, {{ ligne(cle) }} as ligne, concat_ws(' ', '{{ colonne }}', {{ colonne }}, 'pour', {{ exacte }}) as constat
from {{ model }}
where
    abs({{ exacte }} - {{ colonne }}) > 0.5 / {{ dernier }} + 1e-9
    or abs({{ colonne }} * {{ dernier }} - round({{ colonne }} * {{ dernier }})) > 1e-6
    or ({{ exacte }} is null) <> ({{ colonne }} is null)
{%- endfor %}
{%- for colonne in colonnes if colonne.startswith('ordre_de_grandeur_') %}
{%- set exacte = colonne.removeprefix('ordre_de_grandeur_') %}
union all
select 'ordre de grandeur' as regle, {{ ligne(cle) }} as ligne, concat_ws(' ', '{{ colonne }}', {{ colonne }}, 'pour', {{ exacte }}) as constat
from {{ model }}
where
    abs({{ exacte }} - {{ colonne }}) > 0.05 * abs({{ exacte }}) + 0.005 + 1e-9
    or ({{ exacte }} is null) <> ({{ colonne }} is null)
{%- endfor %}
{% endtest %}
