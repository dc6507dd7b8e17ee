import PPL
import Preconditions

/// The great-circle metric: the length in km of the shortest path on a sphere between longitudes and latitudes in degrees.
///
/// Inputs are `[N, 2]`, longitude and latitude; longitudes may be of any turn. Near and antipodal points keep their digits.
/// Derivatives at distance 0 are defined as 0, and those at antipodes are finite.
///
/// Of the kernels of this module only `Matern12` is positive definite with it: Matérn functions are up to smoothness 1/2
/// only, and the squared exponential and the rational quadratic are not at all. The others are refused with a message;
/// their metric on the sphere is `Chordal`, which differs by less than 0.1 % up to 900 km.
///
/// - Reference: Gneiting (2013), *Strictly and non-strictly positive definite functions on spheres*, Bernoulli 19(4), thm. 7
///   and table 1.
public struct GreatCircle: Metric {
  /// The radius of the sphere in km.
  public let radius: Double
  /// A great-circle metric; by default on a sphere with the mean radius of the Earth, 6371.0088 km.
  public init(radius: Double = earthRadius) { self.radius = radius }

  public var name: String { "greatCircle" }
  public var isEuclidean: Bool { false }

  public func distances(_ x: Tensor, _ y: Tensor) -> Tensor {
    let (near, far) = haversines(x, y, of: name, radius)
    // Both are sums of squares, so that neither loses digits, and the larger one is at least one half.
    let isNear = near .<= far
    let ratio = select(isNear, near, far) / select(isNear, far, near)
    let angle = 2 * atan(rootOrZero(ratio))
    return Tensor(radius) * select(isNear, angle, Tensor(.pi) - angle)
  }
}

/// The chordal metric: the straight distance in km through a sphere between longitudes and latitudes in degrees.
///
/// Inputs are `[N, 2]`, longitude and latitude. It is the Euclidean distance in three dimensions, so that every kernel of
/// this module is positive definite with it. The derivative at distance 0 is defined as 0.
///
/// - Reference: Gneiting (2013), *Strictly and non-strictly positive definite functions on spheres*, Bernoulli 19(4), §1.
public struct Chordal: Metric {
  /// The radius of the sphere in km.
  public let radius: Double
  /// A chordal metric; by default on a sphere with the mean radius of the Earth, 6371.0088 km.
  public init(radius: Double = earthRadius) { self.radius = radius }

  public var name: String { "chordal" }
  public var isEuclidean: Bool { true }

  public func distances(_ x: Tensor, _ y: Tensor) -> Tensor {
    Tensor(2 * radius) * rootOrZero(haversines(x, y, of: name, radius).near)
  }
}

extension Metric where Self == GreatCircle {
  /// The great-circle metric of the Earth, in km between longitudes and latitudes in degrees.
  public static var greatCircle: GreatCircle { GreatCircle() }
}

extension Metric where Self == Chordal {
  /// The chordal metric of the Earth, in km between longitudes and latitudes in degrees.
  public static var chordal: Chordal { Chordal() }
}

/// The mean radius (2 a + b) / 3 of the Earth's ellipsoid GRS 80, 6371.0088 km.
///
/// - Reference: Moritz (2000), *Geodetic Reference System 1980*, J. Geodesy 74, 128-162.
public let earthRadius = 6371.0088

/// The squared sine and cosine of half the angle between two points, `[N, M]` each; both are sums of squares.
///
///     near = sin²((b1 - b2) / 2) + cos(b1) cos(b2) sin²((l1 - l2) / 2)
///     far  = sin²((b1 + b2) / 2) + cos(b1) cos(b2) cos²((l1 - l2) / 2)
private func haversines(
  _ x: Tensor, _ y: Tensor, of name: String, _ radius: Double
) -> (near: Tensor, far: Tensor) {
  guard areInputs(x, y),
    holds(
      radius > 0 && radius.isFinite,
      "\(name): the radius is \(radius), but must be positive and finite."),
    isOnSphere(x, of: name), isOnSphere(y, of: name)
  else {
    let zeros = Tensor.zeros([rowCount(x), rowCount(y)])
    return (zeros, zeros + 1)
  }
  let half = Tensor(.pi / 360)  // radians in half a degree
  let turn = abs(x[.all, .at(0), .newAxis] - y[.newAxis, .all, .at(0)])
  // In [-180, 180], whose sine keeps its digits across the date line.
  let longitude = half * (turn - 360 * floor(turn / 360 + 0.5))
  let (first, second) = (x[.all, .at(1), .newAxis], y[.newAxis, .all, .at(1)])
  let parallels = cos(2 * half * first) * cos(2 * half * second)
  return (
    square(sin(half * (first - second))) + parallels * square(sin(longitude)),
    square(sin(half * (first + second))) + parallels * square(cos(longitude))
  )
}

/// The square root, with derivative 0 at 0.
private func rootOrZero(_ square: Tensor) -> Tensor {
  let isZero = square .== 0
  return select(isZero, 0, sqrt(select(isZero, 1, square)))
}

/// Whether the rows are longitudes and latitudes; otherwise a mistake is reported. Recorded ones are not read.
private func isOnSphere(_ x: Tensor, of name: String) -> Bool {
  guard
    holds(
      x.shape[1] == 2,
      "\(name): inputs with \(x.shape[1]) axes; they must be longitudes and latitudes in degrees, [N, 2]."
    )
  else { return false }
  guard !x.isRecorded else { return true }
  let values = x.scalars
  // NaN is neither.
  let wrong = (0..<x.shape[0]).first {
    !values[2 * $0].isFinite || !(abs(values[2 * $0 + 1]) <= 90)
  }
  guard let wrong else { return true }
  let (longitude, latitude) = (values[2 * wrong], values[2 * wrong + 1])
  return holds(
    false,
    longitude.isFinite
      ? "\(name): row \(wrong) has latitude \(latitude), but latitudes are in [-90, 90]; columns are "
        + "longitude and latitude in degrees."
      : "\(name): row \(wrong) has longitude \(longitude), but longitudes are finite; columns are "
        + "longitude and latitude in degrees.")
}
