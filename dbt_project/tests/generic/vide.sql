{# The table holds nothing; its rows are the reasons why the build stops. #}
{% test vide(model) %}
{{ config(meta={'description': 'Nothing that could not be read is left.'}) }}
select * from {{ model }}
{% endtest %}
