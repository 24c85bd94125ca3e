{# Gross parts have their sign and add up to the net flux (which is null only when they are). #}
{% test parts_et_signes(model, unite) %}
select *
from {{ model }}
where
    sequestration_{{ unite }} > 0
    or emission_{{ unite }} < 0
    or {{ different('flux_' ~ unite, 'sequestration_' ~ unite ~ ' + emission_' ~ unite) }}
    or (flux_{{ unite }} is null) <> (sequestration_{{ unite }} is null)
{% endtest %}
