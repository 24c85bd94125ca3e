-- The balance by post, perimeters side by side: checks/accounting.yml admits this table by name, and a data test holds each of its rows to
-- where it comes from.
{{ bilan_publie("perimetres.poste <> 'ensemble'") }}
