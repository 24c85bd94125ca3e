-- TerriSTORY's indicator of stocks, under the wood approach it keeps (consommation), in its modalities and words.
select
    {{ colonnes_communes_aux_marts('territoires') }},
    natures.libelle as nature_du_stock,
    origines.libelle as origine_du_stock,
    {{ en_kt('sum(stocks.stock_tc)') }} as stock_kt_c,
    {{ provenance() }}
from {{ ref('int_stocks_territoires') }} as stocks
{{ libelle('terristory', 'nature_stock', 'stocks.nature_stock', 'natures') }}
{{ libelle('terristory', 'origine', 'stocks.origine', 'origines') }}
{{ territoire_et_execution('stocks') }}
where coalesce(stocks.approche_bois, 'consommation') = 'consommation'
group by all
