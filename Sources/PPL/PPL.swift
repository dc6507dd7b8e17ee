/// Probabilistic programs: what a model is, how one run of it goes, and what may be read from it.
///
/// This room holds contracts and effects, no catalogue of distributions. A package that brings a
/// distribution, a constraint or a handler of its own needs nothing else.
///
/// Where to begin, by what you are after:
///
/// - **Writing a model.** `Model` is a closure over a `Context`; `Context` has the statements
///   (`sample`, `parameter`, `deterministic`, `factor`, `plate`, `subsample`, `module`,
///   `randomKey`). `Modules/` has the layers of networks.
/// - **What a run leaves.** Each statement is one `Site`; a `Trace` is the sites of a run in order,
///   and sums their log densities.
/// - **What depends on what.** `ModelGraph` is the sites with the edges between them, drawn for
///   Graphviz and Mermaid.
/// - **Changing what statements do.** A `Handler` sees a site before it has its value and again
///   after. `Handlers/` has the ones that every inference needs, one file each; `Model+Handlers`
///   puts them around a model. Their order, and which random key each site gets, follow NumPyro
///   (Phan, Pradhan & Jankowiak 2019, *Composable Effects for Flexible and Accelerated
///   Probabilistic Programming in NumPyro*), so that one seed gives one set of draws in both.
/// - **Changing the geometry of a posterior.** `Model.reparameterized(_:)` computes sites from others
///   that are easier to infer; `Reparameterization/` has the ways.
/// - **Bringing a distribution.** `Distribution` says what it must have; `Support` and
///   `Constraint` say where values may lie; `Transforms/` maps between a support and the
///   unconstrained reals. `Expanded`, `Independent` and `Masked` wrap any distribution.
/// - **When something is wrong.** `ModelError` names the site, what it got and the remedy. Model
///   code never writes `try`: the context keeps the first error, and `trace()` throws it.
///
/// One run, step by step: a statement makes a `Site`; the handlers on the context's stack process
/// it, innermost first, until one of them stops it; the site gets its value if none of them gave
/// it one; and the handlers that saw it finish it, outermost first.
@_exported import Autodiff
