// Plugins: how model families reach a user, from code and from the command line.
//
// What to read first:
//
// - `Plugin.swift`: a plugin with its models, each with typed options, its data, its posterior and its report.
// - `Backends/`: an inference method with flags of its own, the problem that it takes and the fit that it returns.
// - `SVI/`: the backends svi, adam and laplace, with checkpoints and `losses.csv`.
// - `Fitting/FittedModel.swift`: a model with its fit, on which reports are written; `SiteReport.swift`: the default report.
// - `Flags/`: the flags by reflection, from which `run.json` and the conditions of `--resume` are made.
// - `Running/Experiment.swift`: studies on simulated data, whose finished pieces the `Journal` of `Runs` keeps.
// - `PluginRegistry.swift`: the plugins and backends of a program, a value that its `main` fills.
// - `Command/PPLCommand.swift`: a command-line program over a registry.
// - `New/`: what `ppl new plugin` writes, from `Examples/EightSchools`.
//
// The module `Tables` reads data with errors that name file, line and column; `Runs` leaves a run's folder whole or not at all.
//
// A program of one's own is a few lines:
//
//     var registry = PluginRegistry()
//     registry.register(MyPlugin())
//     PPLCommand.main(registry, as: "my-program")
