{{ config(materialized='view') }}
-- Passage between any two lists, both ways: computed when asked for (a few seconds). A refresh uses int_passage_execution.
{% set paires -%}
select listes.millesime as millesime_source, autres.millesime as millesime_cible
from (select distinct composition.millesime from {{ ref('int_composition') }} as composition) as listes
cross join (select distinct composition.millesime from {{ ref('int_composition') }} as composition) as autres
{%- endset -%}
{{ passage(paires) }}
