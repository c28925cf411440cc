#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <vector>

#include "keep/history/catalogue.hpp"
#include "keep/history/segment.hpp"

namespace millwright::keep {

// All that was open of a tag at one time.
struct Handover {
  TagId tag{};
  Sequence last;
  Instant newest;               // the greatest time that was ever handed over for the tag
  std::vector<Chunk> chunks{};  // by the order in which they were learned
};
// Of the tags of one device: their columns share a frame.
using GroupHandover = std::vector<Handover>;

// Rows in segment files, and the catalogue beside them (docs/formats/segment.md). Thread: write()
// one at a time, the others any.
class SegmentStore {
 public:
  struct Settings {
    std::uint64_t segment_bytes = std::uint64_t{256} << 20U;  // then it gets its index
    std::size_t growing_max = 4;  // segments; beyond it the one longest untouched gets its index
  };

  // Cuts what was never committed, and removes files that no catalogue knows.
  static Result<std::unique_ptr<SegmentStore>> open(
      const std::filesystem::path& folder, const Settings& settings,
      std::unique_ptr<Files> files = std::make_unique<Files>());

  // Groups are added to a batch, which is written whole or not at all: it is on stable storage when
  // commit() returns. When one of them fails the batch is begun anew, with the same groups: whether
  // the catalogue took it may not be known, and is found out before anything else is written.
  Outcome add(const GroupHandover& group);
  Outcome commit();

  // The first day before that of `until` which is worth to be written anew: rows came that are not
  // in order and in the smallest form yet (renewal.hpp), and not few beside the others.
  std::optional<std::int64_t> day_to_renew(Instant until) const;
  // Does it. Asks goes_on between some tags and others: when it says no, all stays as it was.
  Outcome renew(std::int64_t day, const std::function<bool()>& goes_on);

  struct Found {
    std::shared_ptr<const Segment> segment;  // owners: the store, while it is listed, and this
    Entry entry;
  };
  // Columns of rows that stand with rows in from <= time < to.
  std::vector<Found> find(TagId tag, Instant from, Instant to,
                          Segment::Rows which = Segment::Rows::standing) const;
  Result<std::vector<Catalogue::TagState>> tag_states() { return catalogue_.tag_states(); }

  struct Figures {
    std::size_t segments = 0;
    std::uint64_t bytes = 0, bytes_written = 0;  // written: since the start, with indexes
    std::uint64_t rows = 0;
    std::optional<std::int64_t> oldest_day{};
  };
  Figures figures() const;
  // The mean of the last seven days before that of `now` of which there is something.
  std::optional<double> bytes_per_day(Instant now) const;
  // All that lies before a day goes, file by file; readers of it go on.
  Outcome forget_before(std::int64_t day);

 private:
  struct Growing {
    std::shared_ptr<Segment> segment;  // owners: this and `all_`
    std::uint64_t touched = 0;
  };
  SegmentStore(std::string folder, const Settings& settings, std::unique_ptr<Files> files,
               Catalogue catalogue)
      : folder_(std::move(folder)),
        settings_(settings),
        files_(std::move(files)),
        catalogue_(std::move(catalogue)) {}
  Outcome open_segments();
  Result<Segment*> growing(std::int64_t day);
  Outcome add_frames(const GroupHandover& group);
  Outcome write_batch();
  Outcome finish_batch();
  Result<bool> write_renewed(std::span<const std::shared_ptr<const Segment>> old,
                             std::vector<std::shared_ptr<Segment>>& made,
                             const std::function<bool()>& goes_on);
  Outcome exchange(std::span<const std::shared_ptr<const Segment>> old,
                   std::span<const std::shared_ptr<Segment>> made);
  Outcome finish_exchange();
  Outcome seal_some();
  Outcome seal(std::size_t at);
  Outcome finish_seal();
  Outcome settle();
  bool is_settled(const GroupHandover& group) const;
  void forget_batch();

  std::string folder_;
  Settings settings_;
  std::unique_ptr<Files> files_;  // outlives the segments
  Catalogue catalogue_;
  std::vector<Growing> growing_;
  std::vector<std::shared_ptr<Segment>> fresh_;  // not in the catalogue yet
  std::vector<Catalogue::TagState> batch_tags_;
  std::optional<Catalogue::Change> unsure_;   // is so, or not; files stay as it says until settled
  std::vector<Catalogue::TagState> settled_;  // of a batch that was unsure, and is stored
  std::vector<std::shared_ptr<const Segment>> renewed_;  // what unsure_ puts in place of others
  std::uint32_t next_number_ = 1;
  std::uint64_t touches_ = 0;

  mutable std::shared_mutex mutex_;  // of what follows
  std::vector<std::shared_ptr<const Segment>> all_;
  std::uint64_t bytes_written_ = 0;
};

}  // namespace millwright::keep
