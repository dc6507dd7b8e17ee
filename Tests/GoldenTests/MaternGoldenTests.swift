import Distributions
import Kernels
import PPL
import TestSupport
import Testing

private let file = "matern.json"
private let content = Result { try Reference.json(file) }

/// Kernels, Cholesky factors, densities and their gradients against JAX, over the stations.
@Suite(.needs(file, "stations.csv"))
struct MaternGoldenTests {
  let json: JSONValue
  let inputs: JSONValue
  let stations: Tensor
  let jitter: Double

  init() throws {
    json = try content.get()
    inputs = try json.at("inputs")
    stations = try Reference.stations()
    jitter = try inputs.number("jitter")
  }

  /// A row of the file: a kernel with its hyperparameters, as tensors of `[]`.
  private struct Case {
    let reference: JSONValue
    let name: String
    let variance, lengthscale: Tensor

    init(_ reference: JSONValue) throws {
      self.reference = reference
      name = try reference.at("kernel").string ?? "?"
      variance = try reference.tensor("variance")
      lengthscale = try reference.tensor("lengthscale")
    }

    /// The reference expands squared distances, which costs 1e-13 of them; what is solved for with the covariance has
    /// that times its condition number. (In 40-digit arithmetic the gradients of the RBF are off by 1e-7 there, and by
    /// 1e-10 here.)
    var tolerance: Double {
      get throws {
        let condition = try reference.number("eig_max") / reference.number("eig_min")
        return max(1e-9, 1e-13 * condition)
      }
    }

    var label: String { "\(name)(\(variance.scalar), \(lengthscale.scalar))" }

    func kernel(_ variance: Tensor, _ lengthscale: Tensor) throws -> ScaledKernel {
      switch name {
      case "matern12": variance * Matern12(lengthscale: lengthscale)
      case "matern32": variance * Matern32(lengthscale: lengthscale)
      case "matern52": variance * Matern52(lengthscale: lengthscale)
      case "rbf": variance * RBF(lengthscale: lengthscale)
      default: throw UnknownName(name: name, file: file)
      }
    }
    var kernel: ScaledKernel { get throws { try kernel(variance, lengthscale) } }

    /// A symmetric or lower triangular matrix, whose rows end at the diagonal; zeros above it.
    func lowerTriangle(_ field: String) throws -> Tensor {
      let rows = try reference.at(field).elements.map(\.doubles)
      return Tensor(rows: rows.map { $0 + Array(repeating: 0, count: rows.count - $0.count) })
    }
  }

  private var cases: [Case] {
    get throws {
      let cases = try json.at("cases").elements.map(Case.init)
      #expect(!cases.isEmpty)
      return cases
    }
  }

  @Test func covariancesAgree() throws {
    for one in try cases {
      let K = try one.kernel.gram(stations)
      // NumPyro expands the squared distance, which costs 1e-13 of it.
      expectClose(
        K.lowerTriangle(), try one.lowerTriangle("K_lower"), relative: 1e-9, one.label)
      expectClose(K, K.transposed(), relative: 0, absolute: 0, one.label)
      let points = try inputs.tensor("Xs")
      let expected = try one.reference.tensor("cross_Xs")
      let some = stations[.range(0..<expected.shape[1])]
      expectClose(try one.kernel.gram(points, some), expected, relative: 1e-9, one.label)
    }
  }

  @Test func factorsAndDeterminantsAgree() throws {
    for one in try cases {
      let process = GaussianProcess(try one.kernel, at: stations, jitter: jitter)
      let expected = try one.lowerTriangle("chol_lower")
      expectClose(
        process.choleskyFactor, expected, relative: try one.tolerance, absolute: 1e-10, one.label)
      let K = process.covariance + Tensor(jitter) * .identity(stations.shape[0])
      expectClose(
        [logDeterminant(K).scalar], [try one.reference.number("logdet")], relative: 1e-9,
        one.label)
    }
  }

  /// The smallest eigenvalue is where `K - x I` ceases to have a Cholesky factor, the largest where `x I - K` begins to.
  @Test func extremeEigenvaluesAgree() throws {
    func hasFactor(_ K: Tensor) -> Bool { isFinite(cholesky(K)).all().scalar == 1 }
    let identity = Tensor.identity(stations.shape[0])
    for one in try cases {
      let K = try one.kernel.gram(stations) + Tensor(jitter) * identity
      let (least, most) = try (one.reference.number("eig_min"), one.reference.number("eig_max"))
      let margin = 1e-12 * most
      #expect(hasFactor(K - Tensor(least - margin) * identity), "\(one.label)")
      #expect(!hasFactor(K - Tensor(least + margin) * identity), "\(one.label)")
      #expect(hasFactor(Tensor(most + margin) * identity - K), "\(one.label)")
      #expect(!hasFactor(Tensor(most - margin) * identity - K), "\(one.label)")
    }
  }

  @Test func densityAndItsGradientAgree() throws {
    let f = try inputs.tensor("f")
    for one in try cases {
      let (value, gradient) = try valueWithGradient(
        of: { x in
          let kernel = try one.kernel(x[0], x[1])
          return GaussianProcess(kernel, at: stations, jitter: jitter).logProb(x[2])
        }, at: [one.variance, one.lengthscale, f])
      let expected = try [
        "mvn_logpdf_f", "dlogpdf_dvariance", "dlogpdf_dlengthscale", "dlogpdf_df",
      ].map { try one.reference.tensor($0) }
      let length = norm(expected.dropFirst())
      expectClose(value, expected[0], relative: try one.tolerance, one.label)
      for (found, expected) in zip(gradient, expected.dropFirst()) {
        expectGradientClose(
          found, expected, norm: length, relative: try one.tolerance, one.label)
      }
    }
  }

  @Test func whitenedValuesAndTheirGradientAgree() throws {
    let (u, w) = (try inputs.tensor("u"), try inputs.tensor("w"))
    for one in try cases {
      func whitened(_ x: [Tensor]) throws -> Tensor {
        let kernel = try one.kernel(x[0], x[1])
        return GaussianProcess(kernel, at: stations, jitter: jitter).whitened(x[2])
      }
      let point = [one.variance, one.lengthscale, u]
      let (value, gradient) = try valueWithGradient(
        of: { (w * (try whitened($0))).sum() }, at: point)
      expectClose(
        try whitened(point), try one.reference.tensor("whitened_Lu"), relative: try one.tolerance,
        absolute: 1e-10, one.label)
      let expected = try ["w_dot_Lu", "dwLu_dvariance", "dwLu_dlengthscale", "dwLu_du"].map {
        try one.reference.tensor($0)
      }
      expectClose(value, expected[0], relative: try one.tolerance, one.label)
      let length = norm(expected.dropFirst())
      for (found, expected) in zip(gradient, expected.dropFirst()) {
        expectGradientClose(
          found, expected, norm: length, relative: try one.tolerance, one.label)
      }
    }
  }

  /// Both arguments of the kernel move together.
  @Test func gradientsInTheInputsAgree() throws {
    let (u, w) = (try inputs.tensor("u"), try inputs.tensor("w"))
    for one in try cases {
      let kernel = try one.kernel
      let found = gradient(of: { X in (w * matmul(kernel.gram(X), u)).sum() }, at: stations)
      let expected = try one.reference.tensor("dwKu_dX")
      expectGradientClose(found, expected, norm: norm([expected]), one.label)
    }
  }

  // MARK: Other kernels

  /// The numbers of "variance 1.3, lengthscale 0.9, …".
  private func parameters() throws -> [String: Tensor] {
    let text = try #require(try inputs.at("other_params").string)
    let pairs = try text.split(separator: ", ").map { part in
      let words = part.split(separator: " ")
      return (String(words[0]), Tensor(try #require(Double(words[1]))))
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  /// The reference's periodic kernels, functions of the Euclidean distance, which are covariances on a line only: ours of
  /// points on a line at those distances.
  private func ofDistances(_ kernel: some Kernel, _ x: Tensor) -> Tensor {
    let n = x.shape[0]
    let distances = distance(x, x).reshaped(to: [n * n, 1])
    return kernel.gram(distances, .zeros([1, 1])).reshaped(to: [n, n])
  }

  @Test func otherKernelsAgree() throws {
    let x = try inputs.tensor("small_X")
    let numbers = try parameters()
    func value(_ name: String) throws -> Tensor { try #require(numbers[name], "no \(name)") }
    let (variance, lengthscale) = (try value("variance"), try value("lengthscale"))
    for (name, reference) in try json.at("other_kernels_on_small_X").members {
      let found: Tensor =
        switch name.prefix(while: { $0 != "_" }) {
        case "periodic":
          ofDistances(
            variance * Periodic(lengthscale: lengthscale, period: try value("period")), x)
        case "linear": (variance * DotProduct() + (try value("bias")) * Constant()).gram(x)
        case "rational":
          (variance * RationalQuadratic(lengthscale: lengthscale, alpha: try value("alpha"))).gram(
            x)
        case "polynomial":
          (variance
            * Polynomial(degree: Int(try value("degree").scalar), bias: try value("bias"))).gram(x)
        case "cosine": ofDistances(variance * Cosine(period: try value("period")), x)
        case "white": (variance * White()).gram(x)
        case "constant": (variance * Constant()).gram(x)
        default: throw UnknownName(name: name, file: file)
        }
      expectClose(found, try reference.tensor("K"), relative: 1e-9, name)
    }
  }
}
