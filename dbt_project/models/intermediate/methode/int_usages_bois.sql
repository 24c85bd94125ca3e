{{ config(materialized='view') }}
-- Part of each region's harvest that becomes sawn wood (bo) or industrial wood (bi), in the release read here.
{{ en_vigueur('aldo_usages_bois', ['region_ign', 'usage_bois']) }}
