extension StationMaxima {
  /// The places of the maxima that are not missing, row-major in `[S, T]`: the observations of a comparison, in order.
  var presentPlaces: [Int] { maxima.indices.filter { maxima[$0] != nil } }

  /// The same stations and years with some maxima missing, so that covariates are centred as before.
  ///
  /// - Parameter observations: The numbers of the maxima among those that are not missing.
  func leavingOut(_ observations: Set<Int>) -> StationMaxima {
    var reduced = self
    for (number, place) in presentPlaces.enumerated() where observations.contains(number) {
      reduced.maxima[place] = nil
    }
    return reduced
  }
}
