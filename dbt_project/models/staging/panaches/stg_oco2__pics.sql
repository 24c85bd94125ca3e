-- Candidates of our own detection (dagster_project/plumes), one row each: peaks, and those that are none with the reason.
select * from {{ source('raw', 'oco2_pics') }}
