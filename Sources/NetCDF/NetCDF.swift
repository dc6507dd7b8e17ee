// NetCDF: reading and writing NetCDF files by libnetcdf, behind a safe interface.
//
// What to read first:
//
// - `NetCDFFile.swift`: the metadata of a file, its numbers and its texts.
// - `NetCDFContent.swift`: the dimensions, variables and attributes of a file to be written.
// - `NetCDFVariable.swift`, `NetCDFAttributes.swift`: what both have in common.
// - `Unpacking.swift`: stored numbers to the numbers that they mean.
// - `Library.swift`: the calls of libnetcdf, all under one lock, since it is not thread-safe.
