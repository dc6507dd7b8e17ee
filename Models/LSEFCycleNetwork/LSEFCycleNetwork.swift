/// The network of `ppl run lsef-cycle`, held in the program so that it has one wherever it runs.
///
/// See `README.md` beside this file for how it was trained.
public enum LSEFCycleNetwork {}
