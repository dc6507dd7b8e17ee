// Plugins: families of models for use from code and from the command line.
//
// What to read first:
//
// - `Plugin.swift`: a plugin with its models, each with typed options, its data, its posterior and its report.
// - `Backends/`: inference methods with their flags, the problems that they take and the fits that they return.
// - `SVI/`: the backends svi, adam and laplace, with checkpoints and `losses.csv`.
// - `MCMC/`, `Nested/`: the backends nuts and nested-laplace.
// - `Fitting/FittedModel.swift`: a fitted model, from which reports are made; `SiteReport.swift`: the default report.
// - `Calibration/`: `ppl calibrate`, fits to data that a model has simulated.
// - `Flags/`: the flags by reflection, for `run.json` and the conditions of `--resume`.
// - `Running/Experiment.swift`: studies on simulated data, whose finished pieces are kept in a `Journal` of `Runs`.
// - `InferenceBackends.swift`: the backends of a program, those of this package first.
// - `PluginRegistry.swift`: the plugins and backends of a program, a value that its `main` fills.
// - `Command/PPLCommand.swift`: a command-line program over a registry.
// - `New/`: the template of `ppl new plugin`, from `Examples/EightSchools`.
//
// The module `Tables` reads data with errors that name file, line and column; `Runs` writes the folder of a run.
//
// A program with its own plugins is a few lines:
//
//     var registry = PluginRegistry()
//     registry.register(MyPlugin())
//     PPLCommand.main(registry, as: "my-program")
