// Autodiff: tensors, their derivatives, and random keys.
//
// What to read first:
//
// - `Tensor/Tensor.swift`: the basic value, an array of numbers.
// - `Operations/Operation.swift`: the protocol of an operation. Its folder is the table: each operation has its name, its
//   shape rule, its kernel and its derivative rule, and the derivative rule is written in tensor operations, so that
//   gradients have gradients. Other modules bring operations of their own; `Operations/OnePass.swift` is for functions
//   whose value and derivatives are computed in one pass.
// - `Recording/Recorder.swift`: how operations on recorded tensors become a flat list of instructions.
// - `Recording/Gradient.swift`: the reverse pass over that list.
// - `Recording/Program.swift`: the recorded program. `Program+Compilation.swift`: the list pruned and its buffers planned;
//   `Execution.swift`: the memory in which it is replayed; `Profile.swift`: its time by operation.
// - `Recording/Provenance.swift`: the marked values from which a value was computed.
// - `Random/RandomKey.swift`: counter-based random numbers, the same digits as JAX.
//
// An operation runs in one of two ways. On plain tensors it is computed at once. As soon as one operand belongs to a
// recording it is recorded instead, and computed when the recording is replayed, or when its value is read. Both ways
// run the same kernels, and so give the same bits.
