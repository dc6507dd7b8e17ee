// Plugins: how model families reach a user, from code and from the command line.
//
// What to read first:
//
// - `Plugin.swift`: what a plugin offers: models with typed options, their data and their report.
// - `Running/Experiment.swift`: studies on simulated data, whose finished pieces the `Journal` of `Runs` keeps.
// - `PluginRegistry.swift`: the plugins of a program, a value that its `main` fills.
// - `Command/PPLCommand.swift`: a command-line program over a registry.
// - `Fitting/FittableModel+Fit.swift`: the common fit and its report; `FitRun.swift`: its parts, for a report of one's own.
// - `New/`: what `ppl new plugin` writes, from `Examples/EightSchools`.
//
// The module `Tables` reads data with errors that name file, line and column; `Runs` leaves a run's folder whole or not at all.
//
// A program of one's own is a few lines:
//
//     var registry = PluginRegistry()
//     registry.register(MyPlugin())
//     PPLCommand.main(registry, as: "my-program")
