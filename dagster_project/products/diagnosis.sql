-- name: lines
-- The 68 lines to file of some territories, in the order of the form.
select * from marts.pcaet_diagnostic semi join places using (maille, code_territoire) where a_deposer order by maille, code_territoire, ordre;

-- name: series
-- Greenhouse gases and energy year by year; of pollutants, the last definitive year.
select * from marts.inventaire_tendances semi join places using (maille, code_territoire)
where derniere_annee_definitive or volet <> 'polluants_atmospheriques'
order by maille, code_territoire, inventaire, identifiant, annee;

-- name: targets
select * from marts.objectifs semi join places using (maille, code_territoire) order by maille, code_territoire, identifiant, annee;
