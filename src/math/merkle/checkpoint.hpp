#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "math/merkle/merkle.hpp"
#include "math/merkle/note.hpp"

namespace millwright::math {

// The head of a log's tree as the text of a signed note (C2SP tlog-checkpoint).
struct Checkpoint {
  std::string origin;  // names the log
  TreeHead tree;
  std::vector<std::string> extensions;  // further lines; nobody but the log says what they mean
};

std::string to_text(const Checkpoint& checkpoint);  // what is signed: origin, size, root
// Errors: corrupt, with what is wrong.
Result<Checkpoint> read_checkpoint(std::string_view text);

// A checkpoint that the log's key signed: the key's name is the origin. `witnesses` may be empty.
struct TrustedCheckpoint {
  Checkpoint checkpoint;
  std::vector<Signed> witnesses;  // that signed it too, by their place in the list given
};
// Errors: corrupt, when it is none, a known key's signature is false, or the origin is another one;
// refused, when the log's key did not sign it.
Result<TrustedCheckpoint> open_checkpoint(std::string_view note, const VerifierKey& log,
                                          std::span<const VerifierKey> witnesses = {});

// One record with its proof and a checkpoint, as a text that can be checked with no network (C2SP
// tlog-proof). `note`: the signed checkpoint.
struct RecordProof {
  std::uint64_t index = 0;
  std::vector<Hash> proof;
  std::string note;
};
std::string to_text(const RecordProof& proof);
// Errors: corrupt.
Result<RecordProof> read_record_proof(std::string_view text);

}  // namespace millwright::math
