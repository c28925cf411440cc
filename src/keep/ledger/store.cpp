// Writing: append, commit, sign, cosign.
#include "keep/ledger/store.hpp"

#include <fcntl.h>

#include <algorithm>
#include <charconv>

namespace millwright::keep {
namespace {

constexpr std::size_t name_digits = 20;
constexpr std::size_t leaf_bytes_max = 65'535;

Error is_closed(const std::string& folder) {
  return fail(Code::offline, "the ledger in " + folder +
                                 " could not be written, and waits to be "
                                 "opened again");
}

}  // namespace

std::string records_name(std::uint64_t first) {
  const std::string digits = std::to_string(first);
  return std::string(name_digits - digits.size(), '0') + digits + std::string(records_suffix);
}

std::optional<std::uint64_t> first_of(std::string_view name) {
  if (name.size() != name_digits + records_suffix.size() || !name.ends_with(records_suffix))
    return {};
  std::uint64_t first = 0;
  const auto read = std::from_chars(name.data(), name.data() + name_digits, first);
  if (read.ec != std::errc() || read.ptr != name.data() + name_digits) return {};
  return first;
}

Store::Store(Files& files, std::string folder, const StoreSettings& settings)
    : files_(files), folder_(std::move(folder)), settings_(settings) {
  CHECK(settings.file_records % frames::bundle_records == 0 && settings.file_records > 0);
}

Outcome Store::append(const Record& record) {
  if (is_broken_) return is_closed(folder_);
  CHECK(record.leaf.size() <= leaf_bytes_max &&
        record.id.value > std::max(last_.value, group_last_.value));
  const std::uint64_t in_file = size_ - parts_.back().first + group_leaves_.size();
  if (in_file % frames::bundle_records == 0) {
    const bool is_at_end =
        in_file >= settings_.file_records || end_ + group_.size() >= settings_.file_bytes;
    if (in_file > 0 && is_at_end) TRY(turn_over());
    if (is_full_) TRY(add_file());
    group_places_.push_back(end_ + group_.size());
  }
  frames::append(group_, size_ + group_leaves_.size(), record.leaf, record.attached);
  group_leaves_.push_back(math::leaf_hash(record.leaf));
  group_last_ = record.id;
  return Done{};
}

// Commits, and ends the file when commit() did not.
Outcome Store::turn_over() {
  TRY(commit());
  if (is_full_) return Done{};
  Outcome finished = finish_file();
  is_broken_ = is_broken_ || !finished;
  return finished;
}

Outcome Store::commit() {
  if (is_broken_) return is_closed(folder_);
  if (group_leaves_.empty()) return Done{};
  Outcome written = write_group();
  if (written && size_ - parts_.back().first >= settings_.file_records) written = finish_file();
  if (!written) is_broken_ = true;
  group_.clear();
  group_leaves_.clear();
  group_places_.clear();
  group_last_ = {};
  return written;
}

Outcome Store::write_group() {
  TRY(write_whole(files_, file_.number(), group_, end_));
  if (files_.sync_data(file_.number()) != 0) return file_trouble("sync", path("the last records"));
  const std::scoped_lock lock(mutex_);
  for (const math::Hash& leaf : group_leaves_)
    TRY(tiles_->add(leaf));
  places_.insert(places_.end(), group_places_.begin(), group_places_.end());
  end_ += group_.size();
  size_ += group_leaves_.size();
  last_ = group_last_;
  return Done{};
}

// The last file is full: its tiles come first, so that a file with an index has them.
Outcome Store::finish_file() {
  TRY(tiles_->sync());
  const frames::Index index{size_ - parts_.back().first, places_};
  const Bytes bytes = frames::index_bytes(index);
  TRY(write_whole(files_, file_.number(), bytes, end_));
  if (files_.sync_data(file_.number()) != 0) return file_trouble("sync", path("the last records"));
  is_full_ = true;
  const std::scoped_lock lock(mutex_);
  parts_.back().index = index;
  return Done{};
}

Outcome Store::add_file() {
  const Bytes header = frames::header(size_);
  auto made = put_file(files_, folder_, records_name(size_), header, 0);
  if (!made) {
    is_broken_ = true;
    return std::move(made).error();
  }
  file_ = std::move(*made);
  end_ = header.size();
  is_full_ = false;
  const std::scoped_lock lock(mutex_);
  parts_.push_back({size_, {}});
  places_.clear();
  return Done{};
}

Outcome Store::sign() {
  if (is_broken_) return is_closed(folder_);
  if (size_ == newest_.size) return Done{};
  const math::Hash root = TRY(math::tree_root(size_, nodes(size_)));
  const std::string text = math::to_text(math::Checkpoint{key().name, {size_, root}, {}});
  const std::string note = math::to_text(math::Note{text, {signer_->sign(text)}});
  const auto put = put_file(files_, folder_, checkpoint_file, as_bytes(note), 0);
  if (!put) {
    is_broken_ = true;
    return put.error();
  }
  const std::scoped_lock lock(mutex_);
  newest_ = {size_, note};
  return Done{};
}

Result<std::string> Store::cosign(std::string_view text,
                                  std::span<const math::VerifierKey> witnesses) {
  const math::Note note = TRY(math::read_note(text));
  const math::Checkpoint checkpoint = TRY(math::read_checkpoint(note.text));
  const auto& [size, root] = checkpoint.tree;
  if (checkpoint.origin != key().name || !checkpoint.extensions.empty())
    return fail(Code::refused, "this is a checkpoint of " + checkpoint.origin +
                                   ", and the ledger "
                                   "here is " +
                                   key().name);
  if (size == 0 || size > newest().size)
    return fail(Code::refused, "this checkpoint has " + std::to_string(size) + " records, and " +
                                   std::to_string(newest().size) + " are signed here");
  if (TRY(math::tree_root(size, nodes(size))) != root)
    return fail(Code::refused,
                "the first " + std::to_string(size) +
                    " records here have another root "
                    "than this checkpoint: it tells of another history. Keep it, and run "
                    "millwright verify");
  const auto found = math::check_note(note, witnesses);
  if (!found)
    return fail(
        found.error().code,
        found.error().code == Code::refused
            ? "no line is signed by a witness that the plant file names in ledger: witnesses"
            : found.error().what);
  std::string answer = math::to_text(math::Note{note.text, {signer_->sign(note.text)}});
  for (const math::Signed& one : *found) {
    const math::VerifierKey& witness = witnesses[one.key];
    const auto line = std::find_if(
        note.signatures.begin(), note.signatures.end(),
        [&](const auto& s) { return s.name == witness.name && s.key_id == witness.id(); });
    answer += math::to_line(*line);
    const std::string kept =
        math::to_text(math::Note{note.text, {signer_->sign(note.text), *line}});
    const std::string text_of_key = math::to_text(witness);
    const std::string id = text_of_key.substr(witness.name.size() + 1, 8);
    TRY(put_file(files_, folder_, id + std::string(cosigned_suffix), as_bytes(kept), 0));
    const std::scoped_lock lock(mutex_);
    cosigned_[id] = kept;
  }
  return answer;
}

std::uint64_t Store::size() const {
  const std::scoped_lock lock(mutex_);
  return size_;
}
FactId Store::last() const {
  const std::scoped_lock lock(mutex_);
  return last_;
}
Store::Signed Store::newest() const {
  const std::scoped_lock lock(mutex_);
  return newest_;
}
std::vector<std::string> Store::cosigned() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> notes;
  for (const auto& entry : cosigned_)
    notes.push_back(entry.second);
  return notes;
}

}  // namespace millwright::keep
