/// The spectrum network of `ppl run lsef-cycle`, embedded in the program.
///
/// `README.md` in this folder says how it was trained.
public enum LSEFCycleNetwork {}
