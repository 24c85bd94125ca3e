{#
  The items (`postes`) of ALDO's flux account, in one list: every land-use pair, forest growth by composition, and
  wood products by approach and use. Wide models loop over it; nature and level 1 are mapped here and nowhere else.
  Each item has: cle (column suffix), nature, initiale, finale, finale_n1, approche, usage, aldo (the producer's
  stem), table (alias of its staging model: total or forets), mesure (what it is for the projection: the seed methodes_projection binds
  each measure to its weights); a pair also has the reservoirs that the unit fluxes are published for.
#}
{% macro paires() %}
    {% set liste = [] %}
    {% for a in var('occupations') %}
        {% for b in var('occupations') %}
            {% if a.code != b.code and not (a.n1 == 'forets' and b.n1 == 'forets') %}
                {% do liste.append({
                    'cle': a.code ~ '__' ~ b.code, 'nature': 'changement_usage_sol', 'initiale': a.code, 'initiale_n1': a.n1,
                    'finale': b.code, 'finale_n1': b.n1, 'approche': none, 'usage': none,
                    'mesure': 'changement_usage_sol', 'table': 'total', 'aldo': a.aldo ~ '_vers_' ~ b.aldo,
                    'reservoirs': ['sol', 'biomasse'] + (['litiere'] if 'forets' in [a.n1, b.n1] else [])}) %}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {{ return(liste) }}
{% endmacro %}

{% macro forets() %}
    {% set liste = [] %}
    {% for foret in var('occupations') if foret.n1 == 'forets' %}
        {% do liste.append({
            'cle': 'accroissement__' ~ foret.code, 'nature': 'accroissement_biologique', 'initiale': none,
            'finale': foret.code, 'finale_n1': 'forets', 'approche': none, 'usage': none,
            'mesure': 'accroissement_biologique', 'table': 'forets', 'aldo': foret.aldo}) %}
    {% endfor %}
    {{ return(liste) }}
{% endmacro %}

{% macro produits_bois() %}
    {% set liste = [] %}
    {% for approche in ['recolte', 'consommation'] %}
        {% for usage in ['bo', 'bi'] %}
            {% do liste.append({
                'cle': 'bois__' ~ approche ~ '__' ~ usage, 'nature': 'produits_bois', 'initiale': none,
                'finale': 'produits_bois', 'finale_n1': 'produits_bois', 'approche': approche, 'usage': usage,
                'mesure': 'bois_' ~ approche, 'table': 'forets', 'aldo': usage ~ '_' ~ approche}) %}
        {% endfor %}
    {% endfor %}
    {{ return(liste) }}
{% endmacro %}

{% macro postes() %}{{ return(paires() + forets() + produits_bois()) }}{% endmacro %}

{# The measures of the items, each once; and all that are projected, stocks included. #}
{% macro mesures() %}{{ return(postes() | map(attribute='mesure') | unique | list) }}{% endmacro %}
{% macro mesures_projetees() %}{{ return(mesures() + (postes_de_stock() | map(attribute='mesure') | unique | list)) }}{% endmacro %}
