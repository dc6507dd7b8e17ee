// Parallel: independent pieces of work on several threads, and the display of their progress.
//
// What to read first:
//
// - `WorkPool.swift`: where pieces of work run; results are placed by index, so that they do not depend on it.
// - `ProgressDisplay.swift`: whether progress is shown; `ProgressBar` is one line, `ProgressCounter` one for many threads.
