"""Where communes lie: their centres, and how far each is from the nearest of its departement."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dagster_project.geography.areas import by_zone

M_PER_KM = 1000


def places(frame: gpd.GeoDataFrame, codes: pd.Series) -> pd.DataFrame:
    """The place of each commune, whatever the system of the frame.

    Args:
        frame: one row a commune.
        codes: its code, of which the departement is a part.

    Returns:
        centre_x_m and centre_y_m (centroid, in the metric system of its territory) and distance_departement_km (to the nearest
        other centroid of its departement; NaN for a departement of one commune), by the index of the frame.
    """
    result = pd.DataFrame(np.nan, index=frame.index, columns=["centre_x_m", "centre_y_m", "distance_departement_km"])
    for _, zone in by_zone(frame, codes):
        centres = pd.Series(shapely.centroid(zone.geometry.values), index=zone.index)
        result.loc[zone.index, "centre_x_m"] = shapely.get_x(centres)
        result.loc[zone.index, "centre_y_m"] = shapely.get_y(centres)
        for _, members in centres.groupby(departements(codes[zone.index])):
            if len(members) > 1:
                (rows, _), distances = shapely.STRtree(members).query_nearest(
                    members, exclusive=True, return_distance=True, all_matches=False
                )
                result.loc[members.index[rows], "distance_departement_km"] = distances / M_PER_KM
    return result


def departements(codes: pd.Series) -> pd.Series:
    """Departement of each code of commune."""
    return codes.str[:2].where(~codes.str.startswith("97"), codes.str[:3])
