#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "keep/history/frame.hpp"

namespace millwright::keep {

// A file of frames of one day of UTC (docs/formats/segment.md). It grows at its end, batch by
// batch, and at last gets an index behind them and changes no more. Thread: find() and column()
// any; the others one at a time, the writer's.
class Segment {
 public:
  static constexpr std::uint64_t bytes_max = std::uint64_t{1} << 30U;
  static constexpr std::size_t header_bytes = 32;

  struct Identity {
    std::uint32_t number = 0;
    std::int64_t day = 0;  // since 1970
  };
  static std::string name_of(const Identity& identity);
  // The number in a name; nothing for any other file.
  static std::optional<std::uint32_t> number_in(const std::string& name);

  // An empty one, on the disk when this returns.
  static Result<std::shared_ptr<Segment>> create(Files& files, const std::string& folder,
                                                 const Identity& identity);
  // One that grows. What stands behind `bytes` was never committed: a writer cuts it, a reader does
  // not look at it.
  enum class Access : std::uint8_t { read, write };
  static Result<std::shared_ptr<Segment>> open(Files& files, const std::string& folder,
                                               const Identity& identity, std::uint64_t bytes,
                                               Access access);
  // One that has its index. Its frames are checked when they are read.
  static Result<std::shared_ptr<Segment>> open_sealed(Files& files, const std::string& folder,
                                                      const Identity& identity,
                                                      std::uint64_t bytes);
  ~Segment();
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  const Identity& identity() const { return identity_; }
  const std::string& path() const { return path_; }
  std::uint64_t bytes() const { return bytes_; }  // committed
  bool is_sealed() const { return is_sealed_; }
  std::uint64_t rows() const;  // in all its columns; counted once when it is sealed
  // Of a day that is over, and that was put in order.
  bool is_renewed() const { return index_count_ > 0 && index().front().is_merged != 0; }

  // Adds a frame to the open batch.
  Outcome add(std::span<const Chunk> chunks, math::Form form = math::Form::packed);
  bool has_batch() const { return !batch_.empty(); }
  // Puts the open batch on stable storage. It counts when commit() has been called; rewritten
  // when this is called again before.
  Outcome write();
  std::uint64_t bytes_written() const { return bytes_ + batch_.size(); }
  void commit();   // readers see the batch
  void discard();  // forgets the batch
  // Writes the index behind the frames; the file's bytes then. This one stays as it was: who opens
  // it sealed has the index.
  Result<std::uint64_t> seal();

  // Columns of rows that stand with rows in from <= time < to; of the modified ones, those.
  enum class Rows : std::uint8_t { standing, modified };
  void find(TagId tag, Instant from, Instant to, Rows which, std::vector<Entry>& out) const;
  Result<FrameColumn> column(const Entry& entry) const;
  // Names the place where a column cannot be decoded, and what to do.
  Error damage(const Entry& entry, const Error& found) const;
  // Calls `each` with every entry. For summaries and checks.
  void each_entry(const std::function<void(const Entry&)>& each) const;
  // Reads every frame and decodes every column. Errors: corrupt, naming the place.
  Outcome verify() const;

 private:
  Segment(Files& files, std::string path, const Identity& identity)
      : files_(files), path_(std::move(path)), identity_(identity) {}
  Outcome read_frames();
  Outcome map_index();
  std::span<const Entry> index() const;
  Result<Bytes> frame(const Entry& entry) const;

  Files& files_;
  std::string path_;
  Identity identity_;
  OpenFile file_;
  std::uint64_t bytes_ = 0;
  bool is_sealed_ = false;

  Bytes batch_;
  std::vector<Entry> batch_entries_;

  mutable std::mutex mutex_;                            // of what follows
  std::map<std::uint32_t, std::vector<Entry>> by_tag_;  // while it grows

  const std::uint8_t* map_ = nullptr;  // when sealed, and the system maps files
  std::vector<Entry> index_;           // when sealed, and it does not
  std::size_t index_count_ = 0;
  std::uint64_t index_at_ = 0;
  mutable std::atomic<std::uint64_t> rows_{0};
};

}  // namespace millwright::keep
