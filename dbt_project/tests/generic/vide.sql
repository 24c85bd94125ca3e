{# The table holds nothing; its rows are the reasons why the build stops. #}
{% test vide(model) %}
select * from {{ model }}
{% endtest %}
