import Foundation

/// The encoder of all JSON of a run: keys in alphabetical order, so that equal values give equal text.
///
/// - Parameter layout: Further options of the layout; a line for each value if not given.
func jsonEncoder(_ layout: JSONEncoder.OutputFormatting = .prettyPrinted) -> JSONEncoder {
  let encoder = JSONEncoder()
  encoder.outputFormatting = layout.union([.sortedKeys, .withoutEscapingSlashes])
  encoder.dateEncodingStrategy = .iso8601
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return encoder
}

/// The decoder of JSON that `jsonEncoder` wrote.
func jsonDecoder() -> JSONDecoder {
  let decoder = JSONDecoder()
  decoder.dateDecodingStrategy = .iso8601
  decoder.nonConformingFloatDecodingStrategy = .convertFromString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return decoder
}
