import CFFTW
import Preconditions

/// The discrete Fourier transform of real signals of one length.
///
///     X[l] = sum_i x[i] exp(-2πi l i / n),    x[i] = (1/n) sum_l X[l] exp(2πi l i / n)
///
/// A spectrum has as many real numbers as its signal: the real parts of X[0]...X[n/2], then the imaginary parts of
/// X[l] at n - l (FFTW's half-complex order). Neither direction normalises. The transform is a value: plans exist
/// for one call, are made without measuring time, and for one signal whatever the number of signals, so that the
/// digits of a transform depend on its signal alone; any number of threads may transform at once.
///
/// - Complexity: O(*n* log *n*) for each signal, and some microseconds to plan.
/// - Reference: Frigo and Johnson (2005), *The design and implementation of FFTW3*, Proc. IEEE 93.
public struct FourierTransform: Sendable, Equatable {
  /// The number of elements n of a signal.
  public let count: Int

  /// The storage order of the spectra of several signals.
  public enum Layout: Sendable {
    /// One spectrum after the other: [signals, n].
    case bySignal
    /// The first number of every signal, then the second of every signal: [n, signals].
    case byWavenumber
  }

  /// A transform of signals of length `count`.
  ///
  /// - Precondition: A signal has at least one number.
  public init(count: Int) {
    require(count > 0, "FourierTransform: a signal of \(count) numbers.")
    self.count = count
  }

  /// The spectra of signals that are stored one after the other.
  ///
  /// - Precondition: The numbers are whole signals.
  public func forward(_ signals: [Double], layout: Layout = .bySignal) -> [Double] {
    transform(signals, FFTW_R2HC, from: .bySignal, to: layout)
  }

  /// The signals of these spectra, multiplied by n, one after the other.
  ///
  /// - Precondition: The numbers are whole spectra.
  public func backward(_ spectra: [Double], layout: Layout = .bySignal) -> [Double] {
    transform(spectra, FFTW_HC2R, from: layout, to: .bySignal)
  }

  private func transform(
    _ numbers: [Double], _ kind: fftw_r2r_kind, from: Layout, to: Layout
  ) -> [Double] {
    require(
      numbers.count % count == 0,
      "FourierTransform: \(numbers.count) numbers are not whole signals of \(count).")
    let signals = numbers.count / count
    guard signals > 0 else { return [] }
    _ = Self.plannerIsThreadSafe
    let (read, write) = (Step(from, count, signals), Step(to, count, signals))
    // FFTW may use what it reads as workspace.
    var input = numbers
    return input.withUnsafeMutableBufferPointer { x in
      [Double](unsafeUninitializedCapacity: numbers.count) { y, initialized in
        y.initialize(repeating: 0)
        initialized = numbers.count
        guard let x = x.baseAddress, let y = y.baseAddress else { return }
        var (length, kind) = (Int32(count), kind)
        let plan = fftw_plan_many_r2r(
          1, &length, 1, x, nil, read.within, 0, y, nil, write.within, 0, &kind,
          FFTW_ESTIMATE | FFTW_UNALIGNED)
        require(plan != nil, "FourierTransform: FFTW has no plan for \(count) numbers.")
        defer { fftw_destroy_plan(plan) }
        for signal in 0..<signals {
          fftw_execute_r2r(plan, x + signal * read.between, y + signal * write.between)
        }
      }
    }
  }

  /// The steps within a signal and between signals.
  private struct Step {
    let within: Int32
    let between: Int

    init(_ layout: Layout, _ count: Int, _ signals: Int) {
      switch layout {
      case .bySignal: (within, between) = (1, count)
      case .byWavenumber: (within, between) = (Int32(signals), 1)
      }
    }
  }

  /// A lock around FFTW's planner, which shares a table between all plans of a process.
  private static let plannerIsThreadSafe: Bool = {
    fftw_make_planner_thread_safe()
    return true
  }()
}
