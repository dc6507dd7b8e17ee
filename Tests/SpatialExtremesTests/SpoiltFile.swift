import Testing

@testable import SpatialExtremes

/// One spoilt file and what is said about it.
struct SpoiltFile: Sendable, CustomTestStringConvertible {
  var files: [String: String]
  var message: String
  var options = ReadingOptions()

  var testDescription: String { message }

  init(_ file: String, _ text: String, _ message: String, options: ReadingOptions = .init()) {
    files = [file: text]
    self.message = message
    self.options = options
  }

  init(_ old: String, by new: String, _ message: String) {
    files = StationFolder.maxima(replacing: old, by: new)
    self.message = message
  }
}

/// What is said about spoilt lists of stations.
extension SpoiltFile {
  static let stations: [SpoiltFile] = [
    .init(
      "stations.csv", "station,lon,lat\n",
      "stations.csv: there is no station; give every station a line."),
    .init(
      "stations.csv", "station,lon,lat\na,0,1\na,1,1\n",
      "stations.csv, line 3, column \"station\": station \"a\" is on line 2 already; "
        + "give every station one line and an identifier of its own."),
    .init(
      "stations.csv", "id,lon,lat\n,0,1\n",
      "stations.csv, line 2, column \"id\": the station has no identifier; give every station one."),
    .init(
      "stations.csv", "station,lon_deg,lat\na,355.2,1\n",
      "stations.csv, line 2, column \"lon_deg\": 355.2 is out of range; "
        + "give degrees east, from -180 to 180; west is negative."),
    .init(
      "stations.csv", "station,lon,latitude\na,1,-90.5\n",
      "stations.csv, line 2, column \"latitude\": -90.5 is out of range; "
        + "give degrees north, from -90 to 90."),
    .init(
      "stations.csv", "station,lon,lat\na,,1\n",
      "stations.csv, line 2, column \"lon\": the cell is empty; give a decimal number, as in 12.5."),
    .init(
      "stations.csv", "station,lon,lat,elevation_m\na,1,1,high\n",
      "stations.csv, line 2, column \"elevation_m\": \"high\" is not a number; "
        + "give a decimal number with \".\" or leave the cell empty for a missing value."),
    .init(
      "stations.csv", "station,x,lat\n",
      "stations.csv: there is no column \"lon\" or \"lon_deg\" or \"longitude\"; "
        + "add it to the header, which has \"station\", \"x\", \"lat\"."),
    .init(
      "stations.csv", "station,lon,lat\n0016A,1.18,41.15\n0076,1.180,41.150\n3195,0,0\n",
      "stations.csv, line 3: stations \"0016A\" and \"0076\" are at one place "
        + "(longitude 1.18, latitude 41.15); "
        + "give more digits of their coordinates, or remove one of them."),
  ]
}

/// What is said about spoilt tables of the covariate.
extension SpoiltFile {
  static let covariates: [SpoiltFile] = [
    .init(
      "gmst.csv", "year,gmst\n2015,1\n2016,1\n2015,1\n",
      "gmst.csv, line 4, column \"year\": year 2015 is on line 2 already; give every year one line."
    ),
    .init(
      "gmst.csv", "year,gmst\n2015.0,1\n",
      "gmst.csv, line 2, column \"year\": \"2015.0\" is not an integer; "
        + "give a whole number, as in 1985."),
    .init(
      "gmst.csv", "year,gmst\n2015,inf\n",
      "gmst.csv, line 2, column \"gmst\": \"inf\" is not a finite number; "
        + "give a decimal number, or leave the cell empty for a missing value."),
    .init(
      "gmst.csv", "year,gmst\n2015,\n",
      "gmst.csv, column \"gmst\": no year has a value; "
        + "fill the column, or choose another with --gmst-column."),
    .init(
      "gmst.csv", "year,a,b\n2015,1,2\n",
      "gmst.csv: the column with the GMST anomaly cannot be told among \"a\", \"b\"; "
        + "call it \"gmst\", or choose it with --gmst-column."),
    .init(
      "gmst.csv", "year\n2015\n",
      "gmst.csv: there is no column beside \"year\"; add one called \"gmst\"."),
    .init(
      "gmst.csv", "year,gmst,d\n2015,1,2\n",
      "--gmst-column \"warming\": gmst.csv: there is no such column; choose one of \"gmst\", \"d\".",
      options: .init(covariateColumn: "warming")),
    .init(
      "gmst.csv", "year,gmst,hadcrut5_anom\n2015,1,2\n",
      "--gmst-column \"hadcrut_anom\": gmst.csv: there is no such column; "
        + "did you mean \"hadcrut5_anom\"? There are \"gmst\", \"hadcrut5_anom\".",
      options: .init(covariateColumn: "hadcrut_anom")),
    .init(
      "gmst.csv", "year,gmst\n2015,1\n2016,1\n2017,1\n2018,1\n2019,1\n",
      "gmst.csv, column \"gmst\": the value is the same in all 5 years used; "
        + "give the GMST of each year, since the model is one of change with it."),
    .init(
      "gmst.csv", "year,gmst\n20150101,1\n",
      "gmst.csv, line 2, column \"year\": 20150101 is not a year; give the year alone, as in 1985."),
    .init(
      "gmst.csv", "year,gmst\n1990,1\n1991,1\n",
      "maxima.csv: the maxima are in 2015 to 2019, but \"gmst\" has values in 1990 to 1991; "
        + "give GMST values for the years of the maxima."),
    .init(
      "gmst.csv", "year,gmst\n2015,1\n2016,1\n2017,1\n2019,1\n",
      "maxima.csv: only 4 years can be used (2015 to 2017, 2019); "
        + "give at least 5 years with maxima and a GMST value."),
  ]
}

/// What is said about spoilt tables of maxima.
extension SpoiltFile {
  static let maxima: [SpoiltFile] = [
    .init(
      "33.0", by: "3a.5",
      "maxima.csv, line 2, column \"0076\": \"3a.5\" is not a number; "
        + "give a decimal number with \".\" or leave the cell empty for a missing value."),
    .init(
      "38.1,33.0", by: "33.0",
      "maxima.csv, line 2: the row has 3 cells, but the header has 4; "
        + "give every row one cell a column, and quote cells that hold a comma."),
    .init(
      "0076,3195", by: "76,3195",
      "maxima.csv, line 1, column \"76\": station \"76\" is not in stations.csv; "
        + "did you mean \"0076\"? Else add \"76\" to stations.csv."),
    .init(
      "\n2016,", by: "\n2015,",
      "maxima.csv, line 3, column \"0016A\": station \"0016A\" has year 2015 twice, "
        + "first on line 2; keep one of the two."),
    .init(
      "maxima.csv", "station,year,tmax\nOviedo,2015,30\n",
      "maxima.csv, line 2, column \"station\": station \"Oviedo\" is not in stations.csv; "
        + "add it there, or remove its maxima."),
    .init(
      "maxima.csv", "station,year,tmax\n0076,2015,30\n0076,MMXV,30\n",
      "maxima.csv, line 3, column \"year\": \"MMXV\" is not an integer; "
        + "give a whole number, as in 1985."),
    .init(
      "maxima.csv", "station,year,tmax\n0076,2015,30\n0076,2015,\n",
      "maxima.csv, line 3, column \"tmax\": station \"0076\" has year 2015 twice, first on line 2; "
        + "keep one of the two."),
    .init(
      "maxima.csv", "station,2015,02015\n0076,30,31\n",
      "maxima.csv, line 2, column \"02015\": station \"0076\" has year 2015 twice, "
        + "both times on this line; keep one of the two."),
    .init(
      "maxima.csv", "station,name,2015\n0076,x,30\n",
      "maxima.csv, line 1, column \"name\": \"name\" is not a year; "
        + "without a column \"year\", each column beside \"station\" is a year."),
    .init(
      "maxima.csv", "place,date\n",
      "maxima.csv: there is neither a column \"station\" nor a column \"year\"; "
        + "give columns station, year, tmax; or a row a year with a column a station; "
        + "or a row a station with a column a year."),
    .init(
      "maxima.csv", "station,year,a,b\n0076,2015,1,2\n",
      "maxima.csv: the column with the maxima cannot be told among \"a\", \"b\"; call it \"tmax\"."),
    .init(
      "maxima.csv", "station,year\n0076,2015\n",
      "maxima.csv: there is no column with the maxima; call it \"tmax\"."),
    .init(
      "maxima.csv", "station,year,tmax,complete\n0076,2015,30,yes\n",
      "maxima.csv, line 2, column \"complete\": \"yes\" is neither 1 nor 0; "
        + "mark a complete year with 1 and an incomplete one with 0."),
    .init(
      "maxima.csv", "station,year,tmax\n0076,2015,NA\n",
      "maxima.csv: there is not one maximum; give a value in at least 5 years."),
    .init(
      "maxima.csv", "station,year,tmax,complete\n0076,2015,30,0\n",
      "maxima.csv: every maximum is marked as incomplete (complete = 0); mark with 1 those to use."),
    .init(
      "maxima.csv", StationFolder.good("maxima.csv"),
      "--first-year 2050: maxima.csv: no maximum is in the years asked for, though it has 5 years to "
        + "use (2015 to 2019); choose years of which at least 5 can be used, or leave out this flag.",
      options: .init(firstYear: 2050)),
    .init(
      "maxima.csv", "station,year,tmax\n0076,2015,30\n0076,2016,30\n",
      "maxima.csv: only station \"0076\" has maxima to use; "
        + "give at least 2 stations, since the model is one of differences between places."),
  ]
}
