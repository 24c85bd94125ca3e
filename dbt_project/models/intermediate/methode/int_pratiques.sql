{{ config(materialized='view') }}
-- Additional storage of agricultural practices (tC/ha/yr), in the release read here: for scenarios, never part of the account.
{{ en_vigueur('aldo_pratiques', ['pratique']) }}
