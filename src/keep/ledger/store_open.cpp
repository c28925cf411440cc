// Opening: the key, the names, the last file, and the comparison with what was signed.
#include <fcntl.h>
#include <sodium.h>

#include <algorithm>
#include <cerrno>

#include "base/log.hpp"
#include "keep/ledger/store.hpp"

namespace millwright::keep {
namespace {

constexpr const char* what_now =
    ". Run millwright verify to see how far it holds. Restore the data folder from a backup, or "
    "move "
    "the ledger folder away: then a new ledger with a new key begins";

// Nothing when there is no such file.
Result<std::optional<std::string>> read_text(Files& files, const std::string& path) {
  const int number = files.open(path, O_RDONLY);
  if (number < 0 && errno == ENOENT) return std::optional<std::string>{};
  if (number < 0) return file_trouble("open", path);
  const OpenFile file(files, number);
  const Bytes bytes = TRY(read_whole(files, file, path, small_file_bytes_max));
  return std::optional<std::string>(std::string(bytes.begin(), bytes.end()));
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(Files& files, const std::string& folder,
                                           const std::string& origin,
                                           const StoreSettings& settings) {
  if (files.make_folder(folder) != 0) return file_trouble("make the folder", folder);
  std::unique_ptr<Store> store(new Store(files, folder, settings));
  TRY(store->take_key(origin));
  TRY(store->read_folder());
  return store;
}

Outcome Store::take_key(const std::string& origin) {
  const auto text = TRY(read_text(files_, path(key_file)));
  if (!text) TRY(make_key(path(key_file), origin));
  if (text) {
    auto signer = math::Signer::read(std::string_view(*text).substr(0, text->find('\n')));
    if (!signer || signer->key().kind != math::KeyKind::note)
      return fail(Code::corrupt, path(key_file) + " holds no key" + what_now);
    signer_.emplace(std::move(*signer));
  }
  const std::string shown = math::to_text(key()) + "\n";
  const auto known = TRY(read_text(files_, path(public_key_file)));
  if (known != shown) TRY(put_file(files_, folder_, public_key_file, as_bytes(shown), 0));
  return Done{};
}

// The private key is for its owner's eyes from its first byte on.
Outcome Store::make_key(const std::string& to, const std::string& origin) {
  signer_.emplace(math::Signer::make(origin, math::KeyKind::note));
  std::string text = signer_->secret_text() + "\n";
  const std::string beside = to + std::string(unfinished_suffix);
  files_.unlink(beside);
  const int number = files_.open_secret(beside, O_RDWR | O_CREAT | O_EXCL);
  if (number < 0) return file_trouble("make", beside);
  const OpenFile file(files_, number);
  const Outcome written = write_whole(files_, number, as_bytes(text), 0);
  sodium_memzero(text.data(), text.size());
  TRY(Outcome(written));
  if (files_.sync(number) != 0) return file_trouble("sync", beside);
  if (files_.rename(beside, to) != 0) return file_trouble("rename", beside);
  return sync_folder(files_, folder_);
}

Outcome Store::reopen() {
  group_.clear();
  group_leaves_.clear();
  group_places_.clear();
  group_last_ = {};
  if (file_.is_open()) files_.forget_cache(file_.number());
  TRY(read_folder());
  is_broken_ = false;
  return Done{};
}

Outcome Store::read_names(std::vector<std::uint64_t>& firsts) {
  std::vector<std::string> names;
  if (files_.list(folder_, names) != 0) return file_trouble("list", folder_);
  const std::scoped_lock lock(mutex_);
  cosigned_.clear();
  for (const std::string& name : names) {
    if (name.ends_with(unfinished_suffix) && name.find('/') == std::string::npos)
      files_.unlink(path(name));
    if (const auto first = first_of(name)) firsts.push_back(*first);
    if (!name.ends_with(cosigned_suffix)) continue;
    const auto text = TRY(read_text(files_, path(name)));
    if (text) cosigned_[name.substr(0, name.find('.'))] = *text;
  }
  std::sort(firsts.begin(), firsts.end());
  return Done{};
}

Outcome Store::read_folder() {
  std::vector<std::uint64_t> firsts;
  TRY(read_names(firsts));
  const auto note = TRY(read_text(files_, path(checkpoint_file)));
  const bool is_new = firsts.empty() && !note;
  {
    const std::scoped_lock lock(mutex_);
    parts_.clear();
    for (const std::uint64_t first : firsts)
      parts_.push_back({first, {}});
    tiles_ = std::make_unique<Tiles>(files_, folder_);
    size_ = 0;
    newest_ = {0, note.value_or("")};
  }
  if (is_new) return add_file();
  if (firsts.empty() || firsts.front() != 0)
    return fail(Code::corrupt, folder_ + " has no records from number 0 on" + what_now);
  TRY(read_last());
  if (size_ > 0 && last_ == FactId{}) last_ = TRY(read(size_ - 1)).id;  // the last file is empty
  return check_signed();
}

// All files but the last are full; their tiles are on the disk, and the signature stands for them.
Outcome Store::read_last() {
  const std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i + 1 < parts_.size(); ++i) {
    parts_[i].index = TRY(index_of(parts_[i]));
    if (parts_[i].first + parts_[i].index->records != parts_[i + 1].first)
      return fail(Code::corrupt, path(records_name(parts_[i].first)) + " does not end where " +
                                     records_name(parts_[i + 1].first) + " begins" + what_now);
  }
  const Part& part = parts_.back();
  const std::string name = path(records_name(part.first));
  const Bytes bytes = TRY(read_whole(files_, name, frames::file_bytes_max));
  TRY(frames::check_header(bytes, part.first, name));
  TRY(tiles_->start(part.first));
  size_ = part.first;
  places_.clear();
  end_ = frames::header_size;
  last_ = {};
  while (const auto frame = frames::frame_at(bytes, end_)) {
    if (frame->number != size_)
      return fail(Code::corrupt, name + " is damaged at byte " + std::to_string(end_) +
                                     ": record " + std::to_string(frame->number) +
                                     " stands where " + std::to_string(size_) + " is expected" +
                                     what_now);
    TRY(note_record(*frame, end_));
    end_ = frame->end;
  }
  file_ = TRY(open_file(files_, name, O_RDWR));
  const ByteView rest = ByteView(bytes).subspan(std::min<std::size_t>(end_, bytes.size()));
  const auto index = frames::index_of(rest);
  is_full_ = index && index->places == places_ && index->records == size_ - part.first;
  if (is_full_) {
    // It is read as it was written, though the sync may have failed: then it is done now, before
    // another file follows.
    if (files_.sync(file_.number()) != 0) return file_trouble("sync", name);
    parts_.back().index = index;
    return Done{};
  }
  return cut(name, bytes.size());
}

Outcome Store::note_record(const frames::Frame& frame, std::size_t at) {
  const Record head = TRY(read_record_head(frame.leaf));
  if ((size_ - parts_.back().first) % frames::bundle_records == 0) places_.push_back(at);
  TRY(tiles_->add(math::leaf_hash(frame.leaf)));
  last_ = head.id;
  ++size_;
  return Done{};
}

// What follows the last whole record was never on stable storage: the line says it again.
Outcome Store::cut(const std::string& name, std::size_t size_on_disk) {
  if (size_on_disk == end_) return Done{};
  if (size_on_disk > end_)
    log::warning(name + ": cut " + std::to_string(size_on_disk - end_) + " bytes after record " +
                 std::to_string(size_) + ", of a write that never finished");
  if (files_.truncate(file_.number(), end_) != 0) return file_trouble("cut", name);
  if (files_.sync(file_.number()) != 0) return file_trouble("sync", name);
  return Done{};
}

Outcome Store::check_signed() {
  if (newest_.note.empty()) return Done{};
  const auto opened = math::open_checkpoint(newest_.note, key());
  if (!opened)
    return fail(Code::corrupt,
                path(checkpoint_file) + " is damaged (" + opened.error().what + ")" + what_now);
  const math::TreeHead& tree = opened->checkpoint.tree;
  if (tree.size > size_)
    return fail(Code::corrupt, folder_ + " holds " + std::to_string(size_) + " records, and " +
                                   std::to_string(tree.size) + " were signed" + what_now);
  const auto root = math::tree_root(tree.size, nodes(tree.size));
  if (!root || *root != tree.root)
    return fail(Code::corrupt, folder_ + ": the first " + std::to_string(tree.size) +
                                   " records are not those that were signed" + what_now);
  const std::scoped_lock lock(mutex_);
  newest_.size = tree.size;
  return Done{};
}

}  // namespace millwright::keep
