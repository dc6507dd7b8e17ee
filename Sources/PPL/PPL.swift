/// Probabilistic programs: models, their runs, and what can be read from a run.
///
/// This module defines protocols and effects, and no distributions. A package with its own distribution, constraint or
/// handler depends on it alone.
///
/// Where to begin:
///
/// - **Writing a model.** `Model` is a closure over a `Context`; `Context` has the statements
///   (`sample`, `parameter`, `deterministic`, `factor`, `plate`, `subsample`, `module`,
///   `randomKey`). `Modules/` has the layers of networks.
/// - **Results of a run.** Each statement is one `Site`; a `Trace` is the sites of a run in order, and sums their
///   log densities.
/// - **Dependences.** `ModelGraph` is the sites with the edges between them, drawn for Graphviz and Mermaid.
/// - **Changing the effect of statements.** A `Handler` sees a site before it has its value and again afterwards.
///   `Handlers/` has those that every inference needs, one file each; `Model+Handlers` puts them around a model.
///   Their order, and which random key each site gets, follow NumPyro (Phan, Pradhan & Jankowiak 2019, *Composable
///   Effects for Flexible and Accelerated Probabilistic Programming in NumPyro*), so that one seed gives one set
///   of draws in both.
/// - **Changing the geometry of a posterior.** `Model.reparameterized(_:)` computes sites from others that are
///   easier to infer; `Reparameterization/` has the strategies.
/// - **Writing a distribution.** `Distribution` lists its requirements; `Support` and `Constraint` describe the
///   sets of its values; `Transforms/` map between a support and the unconstrained reals. `Expanded`,
///   `Independent` and `Masked` wrap any distribution.
/// - **Errors.** `ModelError` names the site, what was given and the remedy. Model code never writes `try`: the
///   context keeps the first error, and `trace()` throws it.
///
/// One run, step by step: a statement makes a `Site`; the handlers on the stack of the context process it,
/// innermost first, until one of them stops it; the site gets its value unless one of them gave it; and the
/// handlers that processed it finish it, outermost first.
@_exported import Autodiff
