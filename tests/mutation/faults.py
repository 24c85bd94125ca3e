"""The seeded faults: one small edit each, of those that change figures or let out what must stay in, and what surrounds figures."""

from __future__ import annotations

from tests.mutation.fault import Fault
from tests.mutation.form import FORMS
from tests.mutation.plumes import PLUMES
from tests.mutation.quality import QUALITY
from tests.mutation.surroundings import SURROUNDINGS

MODELS, MACROS, OURS = "dbt_project/models", "dbt_project/macros", "dagster_project"

FIGURES = (
    Fault("sign of ALDO kept", f"{MACROS}/unites.sql", "(0 - ({{ expression }}))", "({{ expression }})"),
    Fault("sign of unit fluxes kept", f"{MODELS}/intermediate/flux/int_flux_atmosphere.sql",
          "{{ vu_de_l_atmosphere('unitaire.sequestration_unitaire_tco2e_ha__' ~ poste.cle ~ '__' ~ reservoir) }}",
          "{{ 'unitaire.sequestration_unitaire_tco2e_ha__' ~ poste.cle ~ '__' ~ reservoir }}"),
    Fault("t published as kt", f"{MACROS}/unites.sql",
          "cast({{ expression }} as double) / {{ tonnes_par_kt() }}", "cast({{ expression }} as double)"),
    Fault("CO2 per C upside down", f"{MACROS}/unites.sql", "(12 / 44)", "(44 / 12)"),
    Fault("weight dropped from emissions", f"{MODELS}/intermediate/flux/int_flux_territoires.sql",
          "flux_tco2e > 0 then poids * flux_tco2e", "flux_tco2e > 0 then flux_tco2e"),
    Fault("join widened to the departement", f"{MODELS}/intermediate/flux/int_flux_territoires.sql",
          "on flux.code_commune_aldo = passage.code_commune_aldo",
          "on left(flux.code_commune_aldo, 2) = left(passage.code_commune_aldo, 2)"),
    Fault("both wood approaches added", "dbt_project/macros/marts.sql",
          "on coalesce({{ alias }}.approche_bois, approches.approche_bois) = approches.approche_bois", "on true"),
    Fault("key of a join forgotten", f"{MODELS}/marts/flux_carbone.sql", "        and flux.cle = reservoirs.cle\n", ""),
    Fault("filter on communes without EPCI removed", f"{MODELS}/intermediate/geographie/int_appartenances.sql",
          "where not mailles.est_sans_epci", ""),
    Fault("land outside taken for land inside", f"{MODELS}/intermediate/flux/int_passage_territoires.sql",
          "passage.code_commune = 'dedans'", "passage.code_commune = 'dehors'", "tests/integration/test_territories.py"),
    Fault("wood by the other approach in the PCAET", f"{MODELS}/marts/pcaet_cadre_depot.sql",
          "coalesce(flux.approche_bois, 'recolte') = 'recolte'", "coalesce(flux.approche_bois, 'consommation') = 'consommation'"),
    Fault("corrected N2O published as ALDO's", f"{MODELS}/intermediate/flux/int_flux_reservoirs.sql",
          "{% set flux = 'perte * n2o_par_tco2_perdue__publie'", "{% set flux = 'perte * n2o_par_tco2_perdue__corrige'"),
    Fault("per hectare of land that ALDO does not cover", f"{MODELS}/marts/bilan_global.sql",
          "nullif(territoires.surface_ha_couverte, 0)", "nullif(territoires.surface_ha, 0)"),
    Fault("rank upside down", f"{MODELS}/marts/bilan_global.sql",
          "order by bilan.flux_tco2e_par_ha nulls last)", "order by bilan.flux_tco2e_par_ha desc nulls last)"),
    Fault("sealed share of artificial land forgotten", f"{MODELS}/intermediate/stocks/int_stocks.sql",
          "            constantes.part_impermeabilisee\n            * (", "            (",
          "tests/dbt tests/integration/test_sample.py tests/integration/test_next_aldo.py"),
    Fault("a lone secret cell shown", f"{MODELS}/intermediate/inventaires/int_inventaires_secrets.sql",
          "n_secretes_partielles = 0 and n_secretes > 1 as est_montrable", "true as est_montrable",
          "tests/dbt tests/integration/test_inventories.py tests/integration/test_inventory_properties.py"),
    Fault("population shared by land", f"{MODELS}/intermediate/geographie/int_passage_aldo.sql",
          "when 'population' then passage.poids_population", "when 'population' then passage.poids_surface",
          "tests/dbt tests/integration/test_sample.py tests/integration/test_passage.py tests/integration/test_next_aldo.py"),
    Fault("figures shown are cut, not rounded", f"{MACROS}/arrondis.sql",
          "cast(round(cast({{ alias }}.{{ colonne }} as decimal(38, 12)), {{ decimales(colonne) }}) as double)",
          "cast(trunc(cast({{ alias }}.{{ colonne }} as decimal(38, 12)), {{ decimales(colonne) }}) as double)"),
    Fault("change of data counted as geography", f"{OURS}/release/changes.sql.j2",
          '{% set data %}{{ total("publie", "apres", "w_apres") }} - {{ total("publie", "avant", "w_apres") }}',
          '{% set data %}{{ total("publie", "avant", "w_apres") }} - {{ total("publie", "apres", "w_apres") }}',
          "tests/integration/test_changes.py"),
    Fault("decimal point in French CSV", f"{OURS}/release/csv_files.py",
          """replace(cast(cast(\\"{name}\\" as double) as varchar), '.', ',')""",
          """cast(cast(\\"{name}\\" as double) as varchar)"""),
    Fault("publisher's sign not switched", f"{OURS}/release/exchange.py",
          "convert(figures, before, after)", "convert(figures, after, after)", "tests/unit/test_conventions.py"),
    Fault("minus sign lost on pages", f"{OURS}/products/figures.py",
          'return f"{MINUS}{text}" if figure < 0 else text', "return text", "tests/unit/test_presentation.py"),
    Fault("everybody may read the database", f"{OURS}/delivery/postgresql/statements.py",
          "revoke all on {view} from public, {reader}; grant select on {view} to {reader}",
          "grant all on {view} to public, {reader}", "tests/integration/test_postgresql.py"),
    Fault("colours of sink and source exchanged", f"{OURS}/products/site/choropleth.py",
          'DIVERGING, SEQUENTIAL, NO_DATA = "abcdefg"', 'DIVERGING, SEQUENTIAL, NO_DATA = "gfedcba"',
          "tests/unit/test_presentation.py tests/integration/test_products.py"),
)  # fmt: skip
FAULTS = FIGURES + SURROUNDINGS + PLUMES + FORMS + QUALITY
