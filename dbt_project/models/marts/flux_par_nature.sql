{{ flux_agreges_par('nature') }}
