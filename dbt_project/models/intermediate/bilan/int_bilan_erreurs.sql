-- ln(GSD2) of what the quality notes judge: the square root of the sum of squared ln of ABC's coefficients, over the five characteristics.
with notes as (
    select objet, caracteristique, note
    from {{ ref('espass_qualite_cles') }}
    unpivot (note for caracteristique in (technique, geographique, temporelle, completude, fiabilite))
)

select
    notes.objet,
    round(sqrt({{ somme_large('power(ln(coefficients.coefficient), 2)', decimales=18) }}), 15) as ln_gsd2
from notes
inner join {{ ref('espass_incertitude') }} as coefficients
    on notes.caracteristique = coefficients.caracteristique and notes.note = coefficients.note
group by notes.objet
