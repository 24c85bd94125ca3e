-- Series of inventories with years, in the lines and totals of the PCAET form: index 100 in the first definitive year that is known, and the mean
-- yearly change from it to each later definitive year. Each series is of one inventory; a missing year is a gap, a provisional year no trend.
with series as (
    select
        *,
        min(annee) filter (where valeur_du_cadre is not null and not est_provisoire) over (
            partition by maille, code_territoire, inventaire, identifiant
        ) as annee_de_base,
        max(annee) filter (where valeur_du_cadre is not null and not est_provisoire) over (
            partition by maille, code_territoire, inventaire, identifiant
        ) as derniere_definitive
    from {{ ref('int_pcaet_inventaires') }}
    qualify count(valeur_du_cadre) over (partition by maille, code_territoire, inventaire, identifiant) > 1
),

tendances as (
    select
        {{ colonnes_communes_aux_marts('territoires') }},
        series.identifiant,
        lignes.volet,
        lignes.ligne,
        series.inventaire,
        series.annee,
        series.est_provisoire,
        series.unite,
        series.valeur_du_cadre,
        series.completude,
        series.annee_de_base,
        100 * series.valeur_du_cadre / nullif(bases.valeur_du_cadre, 0) as valeur_base_100,
        case
            when series.annee > series.annee_de_base and series.valeur_du_cadre > 0 and bases.valeur_du_cadre > 0 and not series.est_provisoire
                then {{ evolution_annuelle('bases.valeur_du_cadre', 'series.valeur_du_cadre', 'series.annee_de_base', 'series.annee') }}
        end as evolution_pct_par_an,
        coalesce(series.annee = series.derniere_definitive, false) as derniere_annee_definitive,
        contrats.version_inventaire as edition,
        contrats.titre as source,  -- noqa: RF04
        {{ statut_inventaire('contrats.version_inventaire') }} as statut_donnees
    from series
    inner join {{ ref('stg_inventaires') }} as contrats on series.inventaire = contrats.inventaire
    inner join {{ ref('int_pcaet_lignes') }} as lignes on series.identifiant = lignes.identifiant
    left join series as bases
        on
            series.maille = bases.maille and series.code_territoire = bases.code_territoire and series.inventaire = bases.inventaire
            and series.identifiant = bases.identifiant and series.annee_de_base = bases.annee
    {{ territoire_et_execution('series') }}
)

select
    tendances.*,
    {{ arrondis('tendances', ['valeur_du_cadre', 'valeur_base_100', 'evolution_pct_par_an']) }}
from tendances
