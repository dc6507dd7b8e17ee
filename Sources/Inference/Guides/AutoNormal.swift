import Distributions
import PPL

/// Independent normals on unconstrained space: one location and one scale for each element of each latent site.
///
///     x = loc + scale * eps,    value = T(x),    eps ~ Normal(0, 1)
///
/// T maps onto the support of the site. The parameters are `<site>_auto_loc` and `<site>_auto_scale`; the scale is
/// held positive by softplus.
///
/// - Reference: Kucukelbir et al. (2017), *Automatic differentiation variational inference*; parameters, names and
///   draws as NumPyro's `AutoNormal`.
public struct AutoNormal: Guide {
  let model: Model<Void>
  let initialization: Initialization
  let scale: Double
  let prefix: String

  /// - Parameters:
  ///   - model: The model whose latent sites it approximates.
  ///   - initialization: Where the locations start.
  ///   - scale: Where the scales start; positive.
  ///   - prefix: The middle part of the parameters' names.
  public init(
    _ model: Model<some Sendable>, initialization: Initialization = .uniform(), scale: Double = 0.1,
    prefix: String = "auto"
  ) {
    precondition(scale > 0, "AutoNormal: scale is \(scale), but must be positive.")
    self.model = Model { p in _ = model(&p) }
    (self.initialization, self.scale, self.prefix) = (initialization, scale, prefix)
  }

  public func prepared(key: RandomKey) throws -> any PreparedGuide {
    // The guide asks its seed for one key before its first site.
    let prototype = key.split().1
    let logJoint = try LogJoint(model, key: prototype)
    let start = try logJoint.start(initialization, key: prototype)
    return Prepared(sites: logJoint.sites, start: start, scale: scale, prefix: prefix)
  }

  struct Prepared: PreparedGuide {
    let sites: [LogJoint.Site]
    let start: [String: Tensor]
    let scale: Double
    let prefix: String

    func location(_ site: LogJoint.Site) -> String { "\(site.name)_\(prefix)_loc" }
    func scale(_ site: LogJoint.Site) -> String { "\(site.name)_\(prefix)_scale" }

    var model: Model<Void> {
      Model { p in
        var rows: [String: Tensor] = [:]
        for site in sites { draw(site, site.plates[...], &rows, &p) }
      }
    }

    /// Opens the plates around a site, the outermost first, then draws it.
    ///
    /// - Parameter rows: The rows in use of each plate that an earlier site has opened; all sites use the same.
    private func draw(
      _ site: LogJoint.Site, _ plates: ArraySlice<PlateFrame>, _ rows: inout [String: Tensor],
      _ p: inout Context, _ subsampled: [(axis: Int, indices: PlateIndices)] = []
    ) {
      guard let plate = plates.last else { return draw(site, subsampled, &p) }
      let handler = Substitute(rows.filter { $0.key == plate.name })
      rows =
        p.under(handler) { p in
          p.plate(plate.name, plate.size, subsampleSize: plate.subsampleSize, dim: plate.dim) {
            (p: inout Context, indices: PlateIndices) in
            var opened = rows
            opened[plate.name] = indices.indices
            let isWhole = indices.count == indices.size
            let deeper = subsampled + (isWhole ? [] : [(plate.dim - site.eventRank, indices)])
            draw(site, plates.dropLast(), &opened, &p, deeper)
            return opened
          }
        }.result
    }

    /// Draws a site inside its plates. A subsampled plate uses some rows of parameters that cover all of it.
    private func draw(
      _ site: LogJoint.Site, _ subsampled: [(axis: Int, indices: PlateIndices)],
      _ p: inout Context
    ) {
      var initial = start[site.name] ?? .zeros(site.shape)
      for (axis, indices) in subsampled { initial = repeated(initial, axis, indices.size) }
      var loc = p.parameter(location(site), initially: initial)
      var scale = p.parameter(
        scale(site), initially: .full(scale, initial.shape), in: .softplusPositive)
      for (axis, indices) in subsampled {
        loc = indices.taken(from: loc, along: axis)
        scale = indices.taken(from: scale, along: axis)
      }
      let transform = site.transform
      func sample(_ normal: some Distribution) {
        p.sample(site.name, Transformed(normal, [transform]))
      }
      sample(Normal(loc, scale).toEvent(site.eventRank))
    }

    /// The values of a minibatch, repeated until they cover the plate.
    private func repeated(_ x: Tensor, _ axis: Int, _ size: Int) -> Tensor {
      let extent = x.shape[x.rank + axis]
      let indices = Tensor((0..<size).map { Double($0 % extent) })
      return x.taking(indices: indices, along: axis)
    }

    // One operation a site makes all draws.
    func draws(
      _ count: Int, parameters: [String: Tensor], key: RandomKey, threads: Threads
    ) throws -> Draws {
      var key = key
      return Draws(
        count: count,
        sites: sites.map { site in
          let (next, draw) = key.split()
          key = next
          let (loc, scale) = fitted(site, parameters)
          let x = loc + scale * draw.normal([count] + loc.shape)
          return (site.name, site.transform(x))
        })
    }

    func quantiles(_ levels: [Double], parameters: [String: Tensor]) -> Draws? {
      Draws(
        count: levels.count,
        sites: sites.map { site in
          let (loc, scale) = fitted(site, parameters)
          let z = normalQuantile(Tensor(levels))
            .reshaped(to: [levels.count] + loc.shape.map { _ in 1 })
          guard site.eventRank == 0 else { return (site.name, site.transform(loc + scale * z)) }
          // A transform that falls turns the order of the levels around.
          let falls = site.transform(loc + scale) .< site.transform(loc - scale)
          return (site.name, site.transform(loc + scale * select(falls, -z, z)))
        })
    }

    private func fitted(
      _ site: LogJoint.Site, _ parameters: [String: Tensor]
    ) -> (loc: Tensor, scale: Tensor) {
      guard let loc = parameters[location(site)], let scale = parameters[scale(site)] else {
        preconditionFailure("AutoNormal: no parameters for site \"\(site.name)\".")
      }
      return (loc, scale)
    }
  }
}
