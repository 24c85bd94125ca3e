-- The method, computed anew from areas and reference values, gives the published flux of every commune and item to a millionth of a
-- tonne, unless the seed aldo_ecarts_methode knows why not.
select code_commune_aldo, famille, cle, publie, recalcule, ecart
from {{ ref('int_rapprochement_aldo') }}
where abs(ecart) > 1e-6 and motif is null
order by abs(ecart) desc
