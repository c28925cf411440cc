#include "keep/history/segment.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace millwright::keep {
namespace {

constexpr std::string_view magic = "MWSEGM\n\x01", end_magic = "MWSEGEND";
constexpr std::string_view suffix = ".segment";
constexpr std::size_t number_digits = 10, trailer_bytes = 32;

Bytes header_of(const Segment::Identity& identity) {
  Bytes bytes;
  Writer out(bytes);
  out.raw(as_bytes(magic));
  out.fixed(std::uint64_t{identity.number});
  out.fixed(identity.day);
  out.fixed(crc32c(bytes));
  out.fixed(std::uint32_t{0});
  return bytes;
}

Bytes trailer_of(std::uint64_t index_at, std::span<const Entry> index) {
  Bytes bytes;
  Writer out(bytes);
  out.raw(as_bytes(end_magic));
  out.fixed(index_at);
  out.fixed(std::uint64_t{index.size()});
  out.fixed(crc32c({reinterpret_cast<const std::uint8_t*>(index.data()), index.size_bytes()}));
  out.fixed(crc32c(bytes));
  return bytes;
}

bool comes_before(const Entry& a, const Entry& b) {
  if (a.tag != b.tag) return a.tag < b.tag;
  return a.from != b.from ? a.from < b.from : a.first < b.first;
}

Error damaged(const std::string& path, std::uint64_t at, const std::string& what) {
  return fail(Code::corrupt, path + " is damaged at byte " + std::to_string(at) + ": " + what +
                                 ". Restore the data folder from a backup");
}

// A disk that cannot be read now says nothing about what is on it.
Error unread(const std::string& path, std::uint64_t at, const Error& why) {
  if (why.code == Code::corrupt) return damaged(path, at, why.what);
  return fail(why.code, path + ": " + why.what);
}

}  // namespace

std::string Segment::name_of(const Identity& identity) {
  const std::string digits = std::to_string(identity.number);
  return std::string(number_digits - digits.size(), '0') + digits + std::string(suffix);
}

std::optional<std::uint32_t> Segment::number_in(const std::string& name) {
  if (name.size() != number_digits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  std::uint32_t number = 0;
  const char* const end = name.data() + number_digits;
  const auto read = std::from_chars(name.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

Result<std::shared_ptr<Segment>> Segment::create(Files& files, const std::string& folder,
                                                 const Identity& identity) {
  std::shared_ptr<Segment> made(new Segment(files, folder + "/" + name_of(identity), identity));
  const Bytes header = header_of(identity);
  made->file_ = TRY(put_file(files, folder, name_of(identity), header, 0));
  made->bytes_ = header.size();
  return made;
}

Result<std::shared_ptr<Segment>> Segment::open(Files& files, const std::string& folder,
                                               const Identity& identity, std::uint64_t bytes,
                                               Access access) {
  const bool is_writer = access == Access::write;
  std::shared_ptr<Segment> made(new Segment(files, folder + "/" + name_of(identity), identity));
  made->file_ = TRY(open_file(files, made->path_, is_writer ? O_RDWR : O_RDONLY));
  made->bytes_ = bytes;
  TRY(made->read_frames());  // before the cut: `bytes` may be wrong
  if (is_writer && files.truncate(made->file_.number(), bytes) != 0)
    return file_trouble("cut", made->path_);
  return made;
}

Result<std::shared_ptr<Segment>> Segment::open_sealed(Files& files, const std::string& folder,
                                                      const Identity& identity,
                                                      std::uint64_t bytes) {
  std::shared_ptr<Segment> made(new Segment(files, folder + "/" + name_of(identity), identity));
  made->file_ = TRY(open_file(files, made->path_, O_RDONLY));
  made->bytes_ = bytes;
  TRY(made->map_index());
  return made;
}

Segment::~Segment() {
  if (map_ != nullptr) files_.unmap(map_, bytes_);
}

// The heads of all frames: a segment that grows has no index on the disk yet.
Outcome Segment::read_frames() {
  Bytes header(header_bytes);
  if (Outcome read = read_at(files_, file_.number(), 0, header); !read)
    return unread(path_, 0, read.error());
  if (header != header_of(identity_))
    return damaged(path_, 0,
                   "this is not the header of segment " + std::to_string(identity_.number));
  std::uint64_t at = header_bytes;
  while (at < bytes_) {
    std::array<std::uint8_t, frame_header_bytes> head{};
    if (Outcome read = read_at(files_, file_.number(), at, head); !read)
      return unread(path_, at, read.error());
    std::uint32_t size = 0;
    std::memcpy(&size, head.data() + 4, 4);
    if (size < frame_header_bytes || size > bytes_ - at)
      return damaged(path_, at, "a frame does not fit the file");
    Bytes whole(size);
    if (Outcome read = read_at(files_, file_.number(), at, whole); !read)
      return unread(path_, at, read.error());
    const auto entries = entries_of_frame(whole);
    if (!entries) return damaged(path_, at, entries.error().what);
    for (Entry entry : *entries) {
      entry.at = at;
      by_tag_[entry.tag].push_back(entry);
    }
    at += size;
  }
  return Done{};
}

Outcome Segment::map_index() {
  Bytes trailer(trailer_bytes);
  if (bytes_ < header_bytes + trailer_bytes)
    return damaged(path_, bytes_, "it is too small for a segment with an index");
  if (Outcome read = read_at(files_, file_.number(), bytes_ - trailer_bytes, trailer); !read)
    return unread(path_, bytes_ - trailer_bytes, read.error());
  std::uint64_t at = 0, count = 0;
  std::memcpy(&at, trailer.data() + 8, 8);
  std::memcpy(&count, trailer.data() + 16, 8);
  const std::uint64_t room = bytes_ - header_bytes - trailer_bytes;
  if (count > room / sizeof(Entry) || at != bytes_ - trailer_bytes - count * sizeof(Entry) ||
      at % alignof(Entry) != 0)
    return damaged(path_, bytes_ - trailer_bytes, "its index does not fit");
  map_ = files_.map(file_.number(), bytes_);
  if (map_ == nullptr) {
    index_.resize(count);
    std::span<std::uint8_t> to(reinterpret_cast<std::uint8_t*>(index_.data()),
                               count * sizeof(Entry));
    if (Outcome read = read_at(files_, file_.number(), at, to); !read)
      return unread(path_, at, read.error());
  }
  index_count_ = count;
  index_at_ = at;
  is_sealed_ = true;
  if (trailer_of(at, index()) != trailer) {
    is_sealed_ = false;
    return damaged(path_, at, "its index does not check");
  }
  return Done{};
}

std::span<const Entry> Segment::index() const {
  if (map_ == nullptr) return index_;
  return {reinterpret_cast<const Entry*>(map_ + index_at_), index_count_};
}

Outcome Segment::add(std::span<const Chunk> chunks, math::Form form) {
  const std::size_t before = batch_.size();
  const std::size_t entries_before = batch_entries_.size();
  Outcome added = write_frame(chunks, bytes_ + batch_.size(), batch_, batch_entries_, form);
  if (added) return added;
  batch_.resize(before);
  batch_entries_.resize(entries_before);
  return added;
}

Outcome Segment::write() {
  if (Outcome written = write_whole(files_, file_.number(), batch_, bytes_); !written)
    return fail(written.error().code, path_ + ": " + written.error().what);
  if (files_.sync_data(file_.number()) != 0) return file_trouble("put on stable storage", path_);
  return Done{};
}

void Segment::commit() {
  bytes_ += batch_.size();
  const std::scoped_lock lock(mutex_);
  for (const Entry& entry : batch_entries_)
    by_tag_[entry.tag].push_back(entry);
  batch_.clear();
  batch_entries_.clear();
}

void Segment::discard() {
  batch_.clear();
  batch_entries_.clear();
}

Result<std::uint64_t> Segment::seal() {
  CHECK(!is_sealed_ && !has_batch());
  std::vector<Entry> index;
  for (const auto& [tag, entries] : by_tag_)
    index.insert(index.end(), entries.begin(), entries.end());
  std::stable_sort(index.begin(), index.end(), comes_before);
  Bytes end;
  Writer out(end);
  out.raw({reinterpret_cast<const std::uint8_t*>(index.data()), index.size() * sizeof(Entry)});
  out.raw(trailer_of(bytes_, index));
  if (Outcome written = write_whole(files_, file_.number(), end, bytes_); !written)
    return fail(written.error().code, path_ + ": " + written.error().what);
  if (files_.sync_data(file_.number()) != 0) return file_trouble("put on stable storage", path_);
  return bytes_ + end.size();
}

void Segment::find(TagId tag, Instant from, Instant to, Rows which, std::vector<Entry>& out) const {
  const auto take = [&](const Entry& entry) {
    if ((entry.is_modified != 0) != (which == Rows::modified)) return;
    if (entry.from < nanoseconds(to) && entry.to >= nanoseconds(from)) out.push_back(entry);
  };
  if (is_sealed_) {
    const auto all = index();
    const auto first = std::partition_point(
        all.begin(), all.end(), [&](const Entry& entry) { return entry.tag < tag.value; });
    for (auto at = first; at != all.end() && at->tag == tag.value; ++at)
      take(*at);
    return;
  }
  const std::scoped_lock lock(mutex_);
  const auto found = by_tag_.find(tag.value);
  if (found != by_tag_.end()) std::for_each(found->second.begin(), found->second.end(), take);
}

Result<Bytes> Segment::frame(const Entry& entry) const {
  if (entry.size > Segment::bytes_max || entry.at > bytes_max)
    return damaged(path_, entry.at, "a frame does not fit the file");
  Bytes bytes(entry.size);
  if (Outcome read = read_at(files_, file_.number(), entry.at, bytes); !read)
    return unread(path_, entry.at, read.error());
  return bytes;
}

Result<FrameColumn> Segment::column(const Entry& entry) const {
  const bool is_inside = entry.at <= index_at_ && entry.size <= index_at_ - entry.at;
  auto column = map_ != nullptr && is_inside
                    ? FrameColumn::open(ByteView(map_ + entry.at, entry.size), entry)
                    : FrameColumn::open(TRY(frame(entry)), entry);
  if (column) return column;
  return damage(entry, column.error());
}

Error Segment::damage(const Entry& entry, const Error& found) const {
  return damaged(path_, entry.at, found.what);
}

std::uint64_t Segment::rows() const {
  if (rows_ > 0) return rows_;
  std::uint64_t rows = 0;
  each_entry([&](const Entry& entry) { rows += entry.good + entry.other; });
  if (is_sealed_) rows_ = rows;
  return rows;
}

void Segment::each_entry(const std::function<void(const Entry&)>& each) const {
  if (is_sealed_) {
    for (const Entry& entry : index())
      each(entry);
    return;
  }
  const std::scoped_lock lock(mutex_);
  for (const auto& [tag, entries] : by_tag_)
    std::for_each(entries.begin(), entries.end(), each);
}

Outcome Segment::verify() const {
  std::vector<Entry> all;
  each_entry([&](const Entry& entry) { all.push_back(entry); });
  for (const Entry& entry : all) {
    const FrameColumn column = TRY(this->column(entry));
    if (const auto rows = column.all(); !rows) return damage(entry, rows.error());
  }
  return Done{};
}

}  // namespace millwright::keep
