-- The same for all posts together, in each perimeter that has posts; nothing adds two perimeters.
{{ bilan_publie("perimetres.poste = 'ensemble'") }}
