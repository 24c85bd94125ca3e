-- The footprint closes: each line of the nation is what its communes make, the whole of France is the national line, every product has its post,
-- every commune of Filosofi went somewhere, and the exponent of density does what it was found for.
with communes as (
    select lignes.poste, lignes.sous_poste, lignes.emissions_tco2e, sum(lignes.emissions_tco2e * cast(poids.poids as double)) as somme
    from {{ ref('int_bilan_lignes') }} as lignes
    inner join {{ ref('int_bilan_poids') }} as poids on lignes.cle = poids.cle
    group by lignes.poste, lignes.sous_poste, lignes.emissions_tco2e
),

parametres as (
    select
        max(valeur) filter (where parametre = 'part_voiture_poles_population') as population,
        max(valeur) filter (where parametre = 'part_voiture_poles_co2') as co2
    from {{ ref('espass_parametres') }}
),

densites as (
    select
        communes.population * power(communes.densite_hab_km2, reference.exposant_densite) as poids,
        communes.population,
        sum(communes.population) over (order by communes.densite_hab_km2 desc, communes.code_commune asc rows unbounded preceding)
        / sum(communes.population) over () <= parametres.population as est_dense,
        parametres.co2 / parametres.population as rapport,
        reference.exposant_densite
    from {{ ref('int_bilan_communes') }} as communes
    cross join {{ ref('int_bilan_reference') }} as reference
    cross join parametres
),

calage as (
    select
        max(exposant_densite) as exposant_densite,
        sum(poids) filter (where est_dense) / sum(poids) as part,
        max(rapport) * sum(population) filter (where est_dense) / sum(population) as cible
    from densites
)

select 'ligne nationale' as regle, poste || ' ' || sous_poste as ligne, emissions_tco2e as attendu, somme as constat
from communes
where not coalesce(abs(somme - emissions_tco2e) <= 0.01, false)
union all
select
    'France entière' as regle, lignes.poste || ' ' || lignes.sous_poste as ligne, lignes.emissions_tco2e as attendu, empreinte.emissions_tco2e as constat
from {{ ref('int_bilan_lignes') }} as lignes
left join {{ ref('empreinte_consommation') }} as empreinte
    on lignes.poste = empreinte.poste and lignes.sous_poste = empreinte.sous_poste and empreinte.code_territoire = 'FR_ENTIERE'
where not coalesce(empreinte.emissions_tco2e = lignes.emissions_tco2e, false)
union all
select 'produit sans poste' as regle, produits.code_cpa as ligne, cast(produits.emissions_kt_co2e as double) as attendu, null as constat
from {{ ref('stg_sdes__empreinte') }} as produits
left join {{ ref('espass_cpa_postes') }} as postes on produits.code_cpa = postes.code_cpa
where produits.annee in (select max(annees.annee) from {{ ref('stg_sdes__empreinte') }} as annees) and postes.code_cpa is null
union all
select 'commune de Filosofi perdue' as regle, filosofi.code_commune as ligne, filosofi.personnes as attendu, null as constat
from {{ ref('stg_insee__filosofi') }} as filosofi
left join {{ ref('int_passage_execution') }} as passage
    on filosofi.millesime = passage.millesime_source and filosofi.code_commune = passage.code_source
where passage.code_source is null
union all
select 'exposant de densité' as regle, cast(exposant_densite as string) as ligne, cible as attendu, part as constat
from calage
where not coalesce(abs(part - cible) <= 1e-12 or exposant_densite in (-1, 0), false)
