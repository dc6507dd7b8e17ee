// Plugins: how model families reach a user, from code and from the command line.
//
// What to read first:
//
// - `Plugin.swift`: what a plugin offers: models with typed options, their data and their report.
// - `Running/Experiment.swift`: studies on simulated data; `Journal.swift`: their finished pieces, to resume from.
// - `PluginRegistry.swift`: the plugins of a program, a value that its `main` fills.
// - `Command/PPLCommand.swift`: a command-line program over a registry.
// - `Fitting/FittableModel+Fit.swift`: the common fit and its report; `FitRun.swift`: its parts, for a report of one's own.
// - `New/`: what `ppl new plugin` writes, from `Examples/EightSchools`.
// - `Files/`: reading tables with errors that name file, line and column; leaving a run's folder whole or not at all.
//
// A program of one's own is a few lines:
//
//     var registry = PluginRegistry()
//     registry.register(MyPlugin())
//     PPLCommand.main(registry, as: "my-program")
