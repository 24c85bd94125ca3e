{#
  The items of ALDO's stocks: each land use by nature of stock, hedges, wood products by approach and use. Nature and origin are
  TerriSTORY's; hedges are living biomass and wood products dead biomass. `cle` is the column suffix.
#}
{% macro postes_de_stock() %}
    {% set origines = {'forets': 'foret', 'zones_humides': 'zones_humides', 'sols_artificiels': 'artificiel'} %}
    {% set liste = [] %}
    {% for occupation in var('occupations') %}
        {% for nature in reservoirs_du_stock(occupation).values() %}
            {% do liste.append({
                'cle': occupation.code ~ '__' ~ nature, 'nature': nature, 'origine': origines.get(occupation.n1, 'agricole'),
                'occupation': occupation.code, 'occupation_n1': occupation.n1, 'approche': none, 'usage': none,
                'mesure': 'stock_des_sols'}) %}
        {% endfor %}
    {% endfor %}
    {% do liste.append({
        'cle': 'haies', 'nature': 'biomasse_vivante', 'origine': 'haies', 'occupation': 'haies', 'occupation_n1': 'haies',
        'approche': none, 'usage': none, 'mesure': 'stock_des_sols'}) %}
    {% for approche in ['recolte', 'consommation'] %}
        {% for usage in ['bo', 'bi'] %}
            {% do liste.append({
                'cle': 'bois__' ~ approche ~ '__' ~ usage, 'nature': 'biomasse_morte', 'origine': 'produits_bois',
                'occupation': 'produits_bois', 'occupation_n1': 'produits_bois', 'approche': approche, 'usage': usage,
                'mesure': 'stock_bois_' ~ approche}) %}
        {% endfor %}
    {% endfor %}
    {{ return(liste) }}
{% endmacro %}
