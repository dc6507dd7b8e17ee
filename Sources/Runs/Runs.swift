// Runs: the folder of a run and its files, each written completely or not at all, from which an interrupted run is resumed.
//
// What to read first:
//
// - `Folder/RunFolder.swift`: the folder; `OutputFile.swift`: a file in it; `NumbersFile.swift`: the file of `--json`;
//   `RunFileName.swift`: the names of the files.
// - `Journal/Journal.swift`: the finished pieces of an experiment; `CheckpointFile.swift`: the state of a fit.
// - `Formats/`: JSON with the number of its schema, sealed text, checksums.
// - `RunControl.swift`: progress, warnings and interruption of the work.
// - `Reports/`: text tables, figures with their numbers, and the page of a report.
//
// The command line is in `Plugins`.
