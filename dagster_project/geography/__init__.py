"""Pure GeoPandas: the only place that knows coordinate systems, areas and overlays. Imports nothing of ours."""
