#include "math/merkle/checkpoint.hpp"

#include <charconv>
#include <optional>

namespace millwright::math {
namespace {

constexpr std::string_view proof_title = "c2sp.org/tlog-proof@v1";

Error bad_checkpoint(const std::string& why) {
  return fail(Code::corrupt, "this is no checkpoint: " + why);
}
Error bad_proof(const std::string& why) {
  return fail(Code::corrupt, "this is no proof of a record: " + why);
}

// Takes the next line, without its line feed; nothing when none ends here.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return {};
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::optional<std::uint64_t> plain_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return {};
  if ((text.size() > 1 && text.front() == '0') || value >= tree_size_max) return {};
  return value;
}

}  // namespace

std::string to_text(const Checkpoint& checkpoint) {
  std::string text = checkpoint.origin + "\n" + std::to_string(checkpoint.tree.size) + "\n" +
                     to_base64(checkpoint.tree.root) + "\n";
  for (const std::string& line : checkpoint.extensions)
    text += line + "\n";
  return text;
}

Result<Checkpoint> read_checkpoint(std::string_view text) {
  const auto origin = take_line(text), size = take_line(text), root = take_line(text);
  if (!root || origin->empty())
    return bad_checkpoint("expected three lines, origin, size and root");
  const auto leaves = plain_number(*size);
  if (!leaves) return bad_checkpoint("its second line is not a size");
  auto hash = hash_from_base64(*root);
  if (!hash) return bad_checkpoint("its third line is not a hash");
  Checkpoint checkpoint{std::string(*origin), {*leaves, *hash}, {}};
  while (!text.empty()) {
    const auto line = take_line(text);
    if (!line || line->empty()) return bad_checkpoint("a further line is empty or does not end");
    checkpoint.extensions.emplace_back(*line);
  }
  return checkpoint;
}

Result<TrustedCheckpoint> open_checkpoint(std::string_view note_text, const VerifierKey& log,
                                          std::span<const VerifierKey> witnesses) {
  const Note note = TRY(read_note(note_text));
  std::vector<VerifierKey> keys(witnesses.begin(), witnesses.end());
  keys.push_back(log);
  TrustedCheckpoint trusted{TRY(read_checkpoint(note.text)), {}};
  const auto found = check_note(note, keys);
  if (!found && found.error().code != Code::refused) return found.error();
  bool is_of_log = false;
  for (const Signed& one : found.value_or({})) {
    if (one.key == witnesses.size()) {
      is_of_log = true;
    } else {
      trusted.witnesses.push_back(one);
    }
  }
  if (!is_of_log)
    return fail(Code::refused, "the key " + to_text(log) + " did not sign this checkpoint");
  if (trusted.checkpoint.origin != log.name)
    return fail(Code::corrupt, "the checkpoint is of the log " + trusted.checkpoint.origin +
                                   ", and the key of " + log.name);
  return trusted;
}

std::string to_text(const RecordProof& proof) {
  std::string text = std::string(proof_title) + "\nindex " + std::to_string(proof.index) + "\n";
  for (const Hash& hash : proof.proof)
    text += to_base64(hash) + "\n";
  return text + "\n" + proof.note;
}

Result<RecordProof> read_record_proof(std::string_view text) {
  if (text.size() > note_bytes_max) return bad_proof("it is longer than 256 KiB");
  if (take_line(text) != proof_title) return bad_proof("its first line is another one");
  auto line = take_line(text);
  if (line && line->starts_with("extra ")) line = take_line(text);
  constexpr std::string_view word = "index ";
  if (!line || !line->starts_with(word)) return bad_proof("expected a line with the index");
  const auto index = plain_number(line->substr(word.size()));
  if (!index) return bad_proof("its index is not a number");
  RecordProof proof{*index, {}, {}};
  for (line = take_line(text); line && !line->empty(); line = take_line(text)) {
    if (proof.proof.size() == tree_levels_max) return bad_proof("it has more than 63 hashes");
    proof.proof.push_back(TRY(hash_from_base64(*line)));
  }
  if (!line) return bad_proof("expected an empty line before the checkpoint");
  proof.note = text;
  return proof;
}

}  // namespace millwright::math
