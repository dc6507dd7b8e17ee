import ArgumentParser
import SpectralFields
import SpectrumEstimator

/// The flags of a filter bank, the same in all commands of LSEF.
struct BandOptions: ParsableArguments, Sendable {
  @Option(
    parsing: .unconditional,
    help: "The number of filters of the bank, from 3 to 12; 6 if not given.")
  var bands: Int?
  @Option(
    parsing: .unconditional,
    help: "The exponent q of the transfer functions exp(-|(l - c) / d|^q); 3 if not given.")
  var bandExponent: Double?
  @Option(
    help: ArgumentHelp(
      "The published centres and half-widths on the circle: a is the filter's, b that of the authors' training script; a if not given.",
      valueName: "a|b"))
  var bandSet: String?

  init() {}

  func validate() throws {
    try checkRange("--bands", bands ?? 6, 3...12)
    try checkRange("--band-exponent", bandExponent ?? 3, 0.5...20)
    if let bandSet, !["a", "b"].contains(bandSet) {
      throw ValidationError("--band-set is \(bandSet), but must be a or b.")
    }
  }

  /// Refuses a set of the circle for the sphere.
  func check(onSphere isSphere: Bool) throws(ValidationError) {
    if isSphere, let bandSet {
      throw ValidationError(
        "--band-set is \(bandSet), but both sets are of the circle; leave it out for the sphere.")
    }
  }

  /// The band set of the flags.
  func set(onSphere isSphere: Bool) -> BandSet {
    var set: BandSet = isSphere ? .sphere : bandSet == "b" ? .b : .a
    set.bands = bands ?? set.bands
    set.exponent = bandExponent ?? set.exponent
    return set
  }

  /// What differs from the published bank, such as "bands 8, exponent 2"; empty for the published one.
  var label: String {
    [
      bands.flatMap { $0 == 6 ? nil : "bands \($0)" },
      bandExponent.flatMap { $0 == 3 ? nil : "exponent \($0.short)" },
      bandSet.flatMap { $0 == "a" ? nil : "set \($0)" },
    ].compactMap(\.self).joined(separator: ", ")
  }

  /// The source of pairs of this bank, as it stands in the files of a network.
  func source(_ sample: String) -> String {
    label.isEmpty ? sample : sample + Self.mark + label
  }

  private static let mark = "; filter bank with "

  /// Refuses a network whose files name another bank.
  func check(
    _ provenance: SpectrumNetworkFiles.Provenance, in folder: String
  ) throws(OtherBank) {
    let own = provenance.sample.split(separator: Self.mark, omittingEmptySubsequences: false)
    // A Bayesian fit adds a remark after the bank.
    let rest = own.count > 1 ? own[own.count - 1] : ""
    let trained = String(rest.prefix { $0 != ";" })
    guard trained == label else { throw OtherBank(folder: folder, trained: trained, given: label) }
  }
}
