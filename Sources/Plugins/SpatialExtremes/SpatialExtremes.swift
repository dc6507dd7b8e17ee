// SpatialExtremes
