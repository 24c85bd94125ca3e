{{ flux_agreges_par('occupation_finale_n1') }}
