// Runs: the folder of a run and its files, whole or not at all, from which a run that was cut off goes on.
//
// What to read first:
//
// - `Folder/RunFolder.swift`: the folder; `OutputFile.swift`: a file in it; `RunFileName.swift`: the names they have.
// - `Journal/Journal.swift`: the finished pieces of an experiment; `CheckpointFile.swift`: the state of a fit.
// - `Formats/`: JSON with the version of its form, sealed text, checksums, the file of `--json`.
// - `RunControl.swift`: progress, warnings and interruption of the work.
// - `NumberedFigure.swift`, `TextTable.swift`: results for people, with their numbers.
//
// The command line is not here, but in `Plugins`.
