// Foreign bytes as a signed note, a checkpoint, a key, a proof or the path of a tile: refused with
// a sentence, or written again as they were read.
#include <string_view>

#include "math/merkle/checkpoint.hpp"
#include "math/merkle/tile.hpp"

namespace {

using namespace millwright;
using namespace millwright::math;

void read_as_note(std::string_view text) {
  static const Signer known = Signer::from_seed("plant.example", KeyKind::note, {1});
  const auto note = read_note(text);
  if (!note) return CHECK(!note.error().what.empty());
  CHECK(to_text(*note) == text);
  const auto checkpoint = read_checkpoint(note->text);
  if (checkpoint) CHECK(to_text(*checkpoint) == note->text);
  // The kept corpus has a note of this key; what is changed in it is found out.
  const auto opened = open_checkpoint(text, known.key());
  if (opened) CHECK(opened->checkpoint.tree.size == 3);
}

void read_as_proof(std::string_view text) {
  const auto proof = read_record_proof(text);
  if (proof) CHECK(read_record_proof(to_text(*proof)).has_value());
  // The hashes of any proof lead nowhere.
  if (proof) CHECK(!check_inclusion(proof->index, {}, {proof->index + 1, {}}, proof->proof));
}

void read_as_key(std::string_view text) {
  const auto key = read_verifier_key(text);
  if (key) CHECK(to_text(*key) == text);
  const auto signer = Signer::read(text);
  if (signer) CHECK(signer->secret_text() == text);
}

void read_as_path(std::string_view text) {
  const auto name = read_tile_path(text);
  if (!name) return;
  const std::string path = name->is_entries ? entries_path(name->tile) : tile_path(name->tile);
  CHECK(path == "tile/" + std::string(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_as_note(text);
  read_as_proof(text);
  read_as_key(text);
  read_as_path(text);
  return 0;
}
