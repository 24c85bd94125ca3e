-- The passages that this refresh uses: from ALDO's list to the target COG and to the vintages of the user's own territories, and
-- from the target COG to the latter.
{% set cog -%}
(select cast(execution.cog as varchar) from {{ ref('stg_execution') }} as execution)
{%- endset -%}
{% set locaux -%}
(select locaux.millesime from {{ ref('stg_territoires_locaux') }} as locaux)
{%- endset -%}
{{ passage("(source.millesime = 'aldo' and (cible.millesime = " ~ cog ~ " or cible.millesime in " ~ locaux ~ "))
        or (source.millesime = " ~ cog ~ " and cible.millesime in " ~ locaux ~ ")") }}
