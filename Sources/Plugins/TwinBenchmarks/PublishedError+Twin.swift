import Assimilation
import PPL

extension PublishedError {
  /// A twin experiment of the literature.
  enum Twin: String, Sendable, CaseIterable {
    /// The Lorenz-96 experiment of Sakov and Oke (2008).
    case lorenz96 = "L96-S08"
    /// The linear advection experiment of Raanes, Carrassi and Bertino (2015).
    case advection = "LA-R15"
    /// The Lorenz-63 experiment of Sakov, Oliver and Bertino (2012).
    case lorenz63 = "L63-S12"

    /// Lorenz-96 with 12 steps from one analysis to the next: Sakov, Oliver and Bertino (2012), table 3.
    case lorenz96Seldom = "L96-S12"
    /// Lorenz-96 with 4 steps from one analysis to the next: Bocquet and Sakov (2013), figure 4.
    case lorenz96Window = "L96-B13"
    /// Lorenz-96 with half of the points observed: Bocquet, Pires and Wu (2010), figure 5.
    case lorenz96Half = "L96-B10"
    /// The same with 10 points: figure 1 of the paper.
    case lorenz96Small = "L96-10-B10"
    /// The Lorenz-63 experiment of Anderson (2010).
    case lorenz63Weak = "L63-A10"

    /// The number of analyses before the error is measured, and the number that it is averaged over.
    var length: (burnIn: Int, counted: Int) {
      switch self {
      case .lorenz96, .lorenz96Half, .lorenz96Small: (400, 3_000)
      case .lorenz96Seldom: (60, 1_000)
      case .lorenz96Window: (100, 1_000)
      case .advection: (12, 88)
      case .lorenz63: (64, 2_000)
      case .lorenz63Weak: (133, 2_000)
      }
    }

    /// The climatological standard deviation of the truth.
    var climateDeviation: Double {
      switch self {
      case .lorenz96, .lorenz96Seldom, .lorenz96Window, .lorenz96Half, .lorenz96Small: 3.64
      case .advection: 0.5
      case .lorenz63, .lorenz63Weak: 7.6
      }
    }

    /// The root mean squared error of an analysis at which a filter counts as diverged, and its run as failed.
    ///
    /// It is 1.65 climatological deviations for Lorenz-96 with all points observed at each step: above the error of the climatological mean, and below that of
    /// diverged filters. It is four for the others, since filters of few members sometimes diverge there and recover.
    var bound: Double { (self == .lorenz96 ? 1.65 : 4) * climateDeviation }

    /// The experiment, with as many analyses as published, or a share of those after the burn-in.
    func experiment(key: RandomKey, share: Double = 1) throws -> TwinExperiment {
      let cycles = length.burnIn + Int(share * Double(length.counted))
      return switch self {
      case .lorenz96: try .sakovOke2008(cycles: cycles, key: key)
      case .advection: try .raanesCarrassiBertino2015(cycles: cycles, key: key)
      case .lorenz63: try .sakovOliverBertino2012(cycles: cycles, key: key)
      case .lorenz96Seldom: try .sakovOke2008(cycles: cycles, every: 12, key: key)
      case .lorenz96Window: try .sakovOke2008(cycles: cycles, every: 4, key: key)
      case .lorenz96Half: try .bocquetPiresWu2010(cycles: cycles, key: key)
      case .lorenz96Small: try .bocquetPiresWu2010(points: 10, cycles: cycles, key: key)
      case .lorenz63Weak: try .anderson2010(cycles: cycles, key: key)
      }
    }
  }
}
