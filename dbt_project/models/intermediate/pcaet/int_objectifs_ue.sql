-- What France, overseas included, has to remove in 2030 in the accounting of the European Union, in the columns of `objectifs`.
select
    'france' as maille,
    'FR_ENTIERE' as code_territoire,
    'ue_2018_841' as identifiant,
    'utcatf' as volet,
    'Absorptions nettes du secteur UTCATF' as ligne,
    'la France, secteur UTCATF des inventaires nationaux, comptabilité de l''Union européenne ; ce n''est pas celui d''ALDO' as perimetre_objectif,
    'négatif = absorption nette' as convention_de_signe,
    annee,
    'kteq CO2' as unite,
    objectif_kt_co2e as objectif_du_cadre,
    'adopte' as statut_objectif,
    'Règlement (UE) 2018/841 modifié par le règlement (UE) 2023/839, annexe II bis (JO L 107 du 21.4.2023)' as source_objectif,
    cast(null as string) as inventaire_de_reference,
    cast(null as string) as edition,
    cast(null as integer) as annee_de_reference,
    periode_de_reference,
    reference_kt_co2e as reference_du_cadre,
    cast(null as double) as evolution_necessaire_pct_par_an,
    cast(null as double) as evolution_constatee_pct_par_an,
    cast(null as string) as alerte
from {{ ref('stg_ue__objectifs') }}
where iso3 = 'FRA'
