// Autodiff: arrays, their derivatives, and random keys. It knows nothing of probability.
//
// What to read first:
//
// - `Tensor/Tensor.swift`: the value that everything is made of.
// - `Operations/Operation.swift`: what one operation is. The table is the folder: each operation states its name,
//   its shape rule, its kernel and its derivative rule, and the derivative rule is written in tensor operations, so
//   that gradients have gradients.
// - `Recording/Recorder.swift`: how operations on recorded tensors become a flat list of instructions.
// - `Recording/Gradient.swift`: the reverse pass over that list.
// - `Recording/Program.swift`: the list pruned, its buffers planned, and replayed.
// - `Recording/Provenance.swift`: which marked values a value was computed from.
// - `Random/RandomKey.swift`: counter-based random numbers, the same digits as JAX.
//
// An operation runs in one of two ways. On plain tensors it is computed at once. As soon as one operand belongs to a
// recording it is noted instead, and computed when the recording is replayed, or when its value is read. Both ways
// run the same kernels, so they give the same bits.
