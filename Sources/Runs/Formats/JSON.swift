import Foundation

/// How all JSON of a run is written: keys in alphabetical order, so that equal values give equal text.
///
/// - Parameter layout: How a text is laid out beside that; a line for each value if not given.
func jsonEncoder(_ layout: JSONEncoder.OutputFormatting = .prettyPrinted) -> JSONEncoder {
  let encoder = JSONEncoder()
  encoder.outputFormatting = layout.union([.sortedKeys, .withoutEscapingSlashes])
  encoder.dateEncodingStrategy = .iso8601
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return encoder
}

/// How JSON that `jsonEncoder` wrote is read back.
func jsonDecoder() -> JSONDecoder {
  let decoder = JSONDecoder()
  decoder.dateDecodingStrategy = .iso8601
  decoder.nonConformingFloatDecodingStrategy = .convertFromString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return decoder
}
