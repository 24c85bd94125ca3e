{# What engines write otherwise, in one place; the rest of the project is SQL that DuckDB and Spark both take. #}

{# Texts of a group, one after the other; `unique` keeps each once, and then they are in their own order. #}
{% macro liste_de_textes(texte, separateur, ordre, unique=false) -%}
    {{ adapter.dispatch('liste_de_textes')(texte, separateur, ordre, unique) }}
{%- endmacro %}

{% macro default__liste_de_textes(texte, separateur, ordre, unique) -%}
    string_agg({% if unique %}distinct {% endif %}{{ texte }}, '{{ separateur }}' order by {{ ordre }})
{%- endmacro %}

{% macro spark__liste_de_textes(texte, separateur, ordre, unique) -%}
    {% if unique %}nullif(array_join(array_sort(collect_set({{ texte }})), '{{ separateur }}'), '')
    {%- else %}string_agg({{ texte }}, '{{ separateur }}') within group (order by {{ ordre }})
    {%- endif %}
{%- endmacro %}

{# Every match of a regular expression replaced. #}
{% macro tout_remplacer(texte, motif, par) -%}
    {{ adapter.dispatch('tout_remplacer')(texte, motif, par) }}
{%- endmacro %}

{% macro default__tout_remplacer(texte, motif, par) %}regexp_replace({{ texte }}, '{{ motif }}', '{{ par }}', 'g'){% endmacro %}
{% macro spark__tout_remplacer(texte, motif, par) %}regexp_replace({{ texte }}, '{{ motif }}', '{{ par }}'){% endmacro %}

{# Whether a regular expression is found in a text. #}
{% macro contient_motif(texte, motif) %}{{ adapter.dispatch('contient_motif')(texte, motif) }}{% endmacro %}
{% macro default__contient_motif(texte, motif) %}regexp_matches({{ texte }}, '{{ motif }}'){% endmacro %}
{% macro spark__contient_motif(texte, motif) %}regexp_like({{ texte }}, '{{ motif }}'){% endmacro %}

{# Accents taken off lower-case letters. #}
{% macro sans_accents(texte) %}{{ adapter.dispatch('sans_accents')(texte) }}{% endmacro %}
{% macro default__sans_accents(texte) %}strip_accents({{ texte }}){% endmacro %}
{% macro spark__sans_accents(texte) %}translate({{ texte }}, 'àâäáãåçèéêëìíîïñòóôöõùúûüýÿ', 'aaaaaaceeeeiiiinooooouuuuyy'){% endmacro %}

{# How many of these values of a row, each named x, meet a condition: a list is planned at once, hundreds of terms are not. #}
{% macro compte_parmi(valeurs, condition) %}{{ adapter.dispatch('compte_parmi')(valeurs, condition) }}{% endmacro %}
{% macro default__compte_parmi(valeurs, condition) %}len(list_filter([{{ valeurs | join(', ') }}], lambda x: {{ condition }})){% endmacro %}
{% macro spark__compte_parmi(valeurs, condition) %}size(filter(array({{ valeurs | join(', ') }}), x -> {{ condition }})){% endmacro %}

{# A SQL text literal, or null of type text. #}
{% macro texte_sql(valeur) -%}
    {% if valeur is none %}cast(null as string){% else %}'{{ valeur }}'{% endif %}
{%- endmacro %}

{# What the session that asks has chosen (`set variable` of DuckDB); null elsewhere. #}
{% macro choix(nom) %}{{ adapter.dispatch('choix')(nom) }}{% endmacro %}
{% macro default__choix(nom) %}getvariable('{{ nom }}'){% endmacro %}
{% macro spark__choix(nom) %}cast(null as string){% endmacro %}

{# The text of the row of a group that comes first by line. #}
{% macro premier(texte, ligne='ligne', nomme=true) -%}
    min_by({{ texte }}, {{ ligne }}){% if nomme %} as {{ texte.split('.') | last }}{% endif %}
{%- endmacro %}
