import BLAS
import CNumerics
import COpenBLAS
import Preconditions

/// The layer `x W + b`, or its positive part, for rows x `[m, k]`, weights W `[k, n]` and bias b `[n]`.
struct AffineLayer: Operation {
  let isRectified: Bool
  var name: String { isRectified ? "affineReLU" : "affine" }

  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int] {
    let (x, W, b) = (operands[0], operands[1], operands[2])
    guard x.count == 2 && W.count == 2 && b.count == 1 else {
      throw Mistake("\(name): expected a matrix, a matrix and a vector, got \(x), \(W) and \(b).")
    }
    guard x[1] == W[0] && W[1] == b[0] else {
      throw Mistake(
        "\(name): \(x), \(W) and \(b) do not fit: \(x[1]) columns meet \(W[0]) rows, and "
          + "\(W[1]) columns \(b[0]) biases.")
    }
    return [x[0], W[1]]
  }

  func workspace(_ operands: [[Int]]) -> Int {
    isWide(operands) ? WideProduct.workspace(columns: operands[1][1]) : 0
  }

  private func isWide(_ operands: [[Int]]) -> Bool {
    WideProduct.isFaster(
      rows: operands[0][0], columns: operands[1][1], inner: operands[1][0])
  }

  /// The kernel, whose integers are rows, columns, inner size and whether it is rectified.
  func kernel(_ operands: [[Int]]) -> Kernel {
    _ = BLAS.isReady
    return Kernel(
      function: isWide(operands) ? wideLayer : libraryLayer,
      integers: [operands[0][0], operands[1][1], operands[1][0], isRectified ? 1 : 0])
  }

  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    let (x, W) = (operands[0], operands[1])
    let g = isRectified ? throughRectifier(g, y) : g
    let parameters = Tensor.apply(AffineParameterGradient(), x, g)
    let inner = W.shape[0]
    return [
      product(g, W, false, true), parameters[.range(0..<inner)], parameters[.at(inner)],
    ]
  }
}

/// The cotangent `y > 0 ? g : 0`, with the mask applied in the product that gives g, where there is one.
private func throughRectifier(_ g: Tensor, _ y: Tensor) -> Tensor {
  if let (operation, operands) = g.origin, let product = operation as? MatrixProduct,
    RectifiedProduct.stands(for: product, operands.map(\.shape))
  {
    return Tensor.apply(RectifiedProduct(), operands[0], operands[1], y)
  }
  return Tensor.apply(RectifierReverse(), g, y)
}

/// The product `y > 0 ? g Wᵀ : 0` for g `[m, n]` and W `[k, n]`; NaN where y `[m, k]` is NaN.
///
/// It has the digits of the product followed by `RectifierReverse`, with one pass less over `[m, k]`.
struct RectifiedProduct: Operation {
  var name: String { "rectifiedProduct" }

  /// Whether the product is computed by a kernel of this package.
  static func stands(for product: MatrixProduct, _ operands: [[Int]]) -> Bool {
    product == MatrixProduct(transposesRight: true) && operands.allSatisfy { $0.count == 2 }
      && product.workspace(operands) > 0
  }

  func shape(_ operands: [[Int]]) -> [Int] { operands[2] }

  func workspace(_ operands: [[Int]]) -> Int {
    WideProduct.workspace(columns: operands[2][1])
  }

  func kernel(_ operands: [[Int]]) -> Kernel {
    let (y, inner) = (operands[2], operands[0][1])
    return Kernel(
      function: { x, n in
        var product = ppl_product(
          left: x[0], right: x[1], bias: nil, rectified: x[2], sums: nil, rows: n[0],
          columns: n[1], inner: n[2], left_is_transposed: 0, right_is_transposed: 1, rectifies: 0)
        ppl_wide_product(&product, x[3], x[4])
      }, integers: [y[0], y[1], inner])
  }

  func pullback(_ cotangent: Tensor, _ operands: [Tensor], _ result: Tensor) -> [Tensor?] {
    let (g, W, y) = (operands[0], operands[1], operands[2])
    let c = Tensor.apply(RectifierReverse(), cotangent, y)
    return [product(c, W, false, false), product(c, g, true, false), nil]
  }
}

/// The cotangent `y > 0 ? g : 0`; NaN where y is NaN.
struct RectifierReverse: Operation {
  var name: String { "rectifierReverse" }
  var isElementwise: Bool { true }
  func shape(_ operands: [[Int]]) -> [Int] { operands[0] }
  func kernel(_ operands: [[Int]]) -> Kernel {
    Kernel(function: ppl_rectifier_reverse, integers: [elementCount(operands[0])])
  }
  /// The cotangents: linear in g; the dependence on y is a step with derivative 0.
  func pullback(_ g: Tensor, _ operands: [Tensor], _ result: Tensor) -> [Tensor?] {
    [Tensor.apply(RectifierReverse(), g, operands[1]), nil]
  }
}

/// The gradient with respect to the parameters of a layer for g `[m, n]`: xᵀ g and, in a last row, the column sums
/// of g; `[k + 1, n]`.
struct AffineParameterGradient: Operation {
  var name: String { "affineParameterGradient" }

  func shape(_ operands: [[Int]]) -> [Int] { [operands[0][1] + 1, operands[1][1]] }

  func workspace(_ operands: [[Int]]) -> Int {
    isWide(operands) ? WideProduct.workspace(columns: operands[1][1]) : 0
  }

  private func isWide(_ operands: [[Int]]) -> Bool {
    WideProduct.isFaster(
      rows: operands[0][1], columns: operands[1][1], inner: operands[0][0])
  }

  func kernel(_ operands: [[Int]]) -> Kernel {
    _ = BLAS.isReady
    return Kernel(
      function: isWide(operands) ? wideParameterGradient : libraryParameterGradient,
      integers: [operands[0][0], operands[1][1], operands[0][1]])
  }

  /// The cotangents, with H that of xᵀ g and h that of the sums: dx = g Hᵀ, dg = x H + 1 hᵀ, itself a layer.
  func pullback(_ cotangent: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    let (x, g) = (operands[0], operands[1])
    let inner = x.shape[1]
    let H = cotangent[.range(0..<inner)]
    return [
      product(g, H, false, true),
      Tensor.apply(AffineLayer(isRectified: false), x, H, cotangent[.at(inner)]),
    ]
  }
}

// MARK: Kernels

/// The number of rows in a block: 512 rows of a hundred columns are 400 KiB, stay in a second-level cache and
/// multiply at full speed.
private let rowBlock = 512

private let wideLayer: Kernel.Function = { x, n in
  var product = ppl_product(
    left: x[0], right: x[1], bias: x[2], rectified: nil, sums: nil, rows: n[0], columns: n[1],
    inner: n[2], left_is_transposed: 0, right_is_transposed: 0, rectifies: Int32(n[3]))
  ppl_wide_product(&product, x[3], x[4])
}

/// The layer by the BLAS library, in blocks of rows, so that the result of a block is still in cache when it is
/// rectified.
private let libraryLayer: Kernel.Function = { x, n in
  let (rows, columns, inner) = (n[0], n[1], n[2])
  for start in stride(from: 0, to: rows, by: rowBlock) {
    let count = min(rowBlock, rows - start)
    let y = x[3] + start * columns
    for row in 0..<count { (y + row * columns).update(from: x[2], count: columns) }
    if columns > 0, inner > 0 {
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(count), Int32(columns), Int32(inner),
        1, x[0] + start * inner, Int32(inner), x[1], Int32(columns), 1, y, Int32(columns))
    }
    if n[3] == 1 { ppl_rectify(y, count * columns) }
  }
}

private let wideParameterGradient: Kernel.Function = { x, n in
  let (rows, columns, inner) = (n[0], n[1], n[2])
  var product = ppl_product(
    left: x[0], right: x[1], bias: nil, rectified: nil, sums: x[2] + inner * columns, rows: inner,
    columns: columns, inner: rows, left_is_transposed: 1, right_is_transposed: 0, rectifies: 0)
  ppl_wide_product(&product, x[2], x[3])
}

private let libraryParameterGradient: Kernel.Function = { x, n in
  let (rows, columns, inner) = (n[0], n[1], n[2])
  let (y, sums) = (x[2], x[2] + inner * columns)
  y.update(repeating: 0, count: (inner + 1) * columns)
  guard columns > 0 else { return }
  for start in stride(from: 0, to: rows, by: rowBlock) {
    let count = min(rowBlock, rows - start)
    let g = x[1] + start * columns
    ppl_add_columns(g, sums, count, columns)
    guard inner > 0 else { continue }
    cblas_dgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, Int32(inner), Int32(columns), Int32(count),
      1, x[0] + start * inner, Int32(inner), g, Int32(columns), 1, y, Int32(columns))
  }
}

// MARK: Public functions

/// An affine layer of a neural network, before its activation: x W + b.
///
/// It is one pass instead of a product and a sum, and differentiable to any order.
///
/// - Parameters:
///   - x: The inputs, one row for each example, `[m, k]`.
///   - W: The weights, `[k, n]`.
///   - b: The biases, `[n]`.
/// - Precondition: The shapes fit together.
/// - Returns: The outputs, `[m, n]`.
/// - Complexity: O(*m k n*).
public func affine(_ x: Tensor, _ W: Tensor, _ b: Tensor) -> Tensor {
  Tensor.apply(AffineLayer(isRectified: false), x, W, b)
}

/// An affine layer of a neural network with a rectifier as its activation: max(0, x W + b).
///
/// The derivative at 0 is 0. Parameters and cost are those of `affine`.
public func affineReLU(_ x: Tensor, _ W: Tensor, _ b: Tensor) -> Tensor {
  Tensor.apply(AffineLayer(isRectified: true), x, W, b)
}
