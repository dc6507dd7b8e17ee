import Foundation

/// A site without a finite log density at some draws of a guide: a latent site drawn outside its support, or a site with
/// density 0 at the drawn values.
public struct OutsideSupport: Sendable, Equatable, CustomStringConvertible {
  /// The site's name.
  public let site: String
  /// Whether the guide draws the site outside its support in the model; if false, the log density is not finite for another
  /// reason, such as data outside a support that depends on the drawn values.
  public let isDrawnOutside: Bool
  /// The share of such draws, in (0, 1].
  public let share: Double
  /// The number of draws.
  public let draws: Int

  public var description: String {
    let percent = String(format: "%.3g %%", 100 * share)
    return isDrawnOutside
      ? "site \"\(site)\": \(percent) of \(draws) draws of the guide lie outside the model's support; "
        + "take a guide on that support"
      : "site \"\(site)\": at \(percent) of \(draws) draws of the guide its log density is not finite; "
        + "the model rules out the values drawn"
  }
}
