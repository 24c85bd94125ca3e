"""CO2 plumes in the soundings of OCO-2: reading, matched filter, fit with an honest covariance, emission."""
