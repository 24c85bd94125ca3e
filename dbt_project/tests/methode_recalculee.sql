-- The method, computed anew from areas and reference values, gives the published flux of every commune and item to a millionth of a
-- tonne. (Unit fluxes where ALDO leaves its own method are in the seed aldo_ecarts_methode; no land was converted that way.)
{{ config(meta={'description': 'The method, computed anew, gives the published fluxes.'}) }}
select code_commune_aldo, famille, cle, publie, recalcule, ecart
from {{ ref('int_rapprochement_aldo') }}
where abs(ecart) > 1e-6
order by abs(ecart) desc
