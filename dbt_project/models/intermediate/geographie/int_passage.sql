{{ config(materialized='view') }}
-- Passage between any two lists, both ways: computed when asked for (a few seconds). A refresh uses int_passage_execution.
{{ passage('true') }}
