-- What a row of ALDO says of itself is what the official lists say of its code: departement, region, name, EPCI (2019), population (2019).
-- Rows whose codes were exchanged keep every total and fail here. Known departures are rows of aldo_exceptions, with their reason.
with lignes as (
    select _ligne as ligne, insee as code_commune_aldo, nom, departement, region, epci, population
    from {{ source('raw', 'aldo_flux_total') }}
),

noms as (
    select com as code_commune, libelle as nom from {{ source('raw', 'insee_communes') }}
    union
    select codgeo, libgeo from {{ source('raw', 'epci_composition') }}
    union
    select com_av, libelle_av from {{ source('raw', 'insee_mouvements') }}
    union
    select com_ap, libelle_ap from {{ source('raw', 'insee_mouvements') }}
),

epci_2019 as (
    select codgeo as code_commune, case when epci = 'ZZZZZZZZZ' then '' else epci end as siren_epci
    from {{ source('raw', 'epci_composition') }}
    where _edition = '2019'
),

constats as (
    select ligne, code_commune_aldo, 'departement' as champ, departement as valeur, {{ departement_du_code('code_commune_aldo') }} as attendue
    from lignes
    where departement <> {{ departement_du_code('code_commune_aldo') }}
    union all
    select lignes.ligne, lignes.code_commune_aldo, 'region' as champ, lignes.region as valeur, departements.reg as attendue
    from lignes
    inner join {{ source('raw', 'insee_departements') }} as departements
        on {{ departement_du_code('lignes.code_commune_aldo') }} = departements.dep
    where lignes.region <> departements.reg
    union all
    select
        lignes.ligne, lignes.code_commune_aldo, 'nom' as champ, lignes.nom as valeur,
        string_agg(distinct noms.nom, ' | ' order by noms.nom) as attendue
    from lignes
    inner join noms on lignes.code_commune_aldo = noms.code_commune
    group by all
    having not bool_or({{ nom_compare('noms.nom') }} = {{ nom_compare('lignes.nom') }})
    union all
    -- An EPCI of 2018 that is gone in 2019 says nothing of the commune.
    select lignes.ligne, lignes.code_commune_aldo, 'epci' as champ, lignes.epci as valeur, epci_2019.siren_epci as attendue
    from lignes
    inner join epci_2019 on lignes.code_commune_aldo = epci_2019.code_commune
    where
        lignes.epci <> epci_2019.siren_epci
        and lignes.epci in (select distinct connus.siren_epci from epci_2019 as connus)
    union all
    select
        lignes.ligne, lignes.code_commune_aldo, 'population' as champ, lignes.population as valeur,
        cast(insee.population as string) as attendue
    from lignes
    inner join {{ ref('stg_insee__population') }} as insee
        on lignes.code_commune_aldo = insee.code_commune and insee.edition = 2019
    where {{ ecart_relatif('cast(lignes.population as double)', 'insee.population') }} > {{ borne('ecart_population_part') }}
)

select
    'aldo_flux_total' as fichier, constats.ligne, constats.code_commune_aldo, constats.champ, constats.valeur, constats.attendue,
    'la ligne dit d''elle-même autre chose que les listes officielles de ce code ; si c''est juste, aldo_exceptions' as motif
from constats
left join {{ ref('aldo_exceptions') }} as connues
    on
        constats.code_commune_aldo = connues.code_commune_aldo and constats.champ = connues.champ and constats.valeur = connues.valeur
where connues.champ is null
