#pragma once

#include <set>

#include "flow/table.hpp"
#include "watch/oee/board.hpp"

namespace millwright::watch::oee {

// The thin part: folds facts into the logs, marks the slots that they touch, and measures those
// again when it shows. Only the logs are state; all figures follow from them and the plant.
class OeeStage final : public flow::Stage {
 public:
  OeeStage(const flow::Directory& directory, std::shared_ptr<Board> board)
      : directory_(directory), board_(std::move(board)) {}

  std::string_view name() const override { return "watch/oee"; }
  void hear(const Fact& fact, flow::Outbox& out) override;
  void show(flow::Views& views) override;
  void save(Writer& out) const override;
  Outcome load(Reader& in) override;

 private:
  struct Entry {                          // one machine
    std::string path, title, line, area;  // paths of its line and area
    Ideals ideals;
    Log log;
    std::vector<std::string> feeds;  // whole paths
    bool finishes = false;
    std::set<std::uint32_t> dirty;  // slots to measure again
    std::vector<std::shared_ptr<Shown::Page>> pages;
    std::vector<bool> are_shared;                      // by page: readers may hold it
    std::shared_ptr<const std::vector<Cycle>> cycles;  // owners: the stage and readers
    bool are_cycles_changed = true;
  };
  using Group = Shown::Group;
  using Groups = std::vector<Group>;

  template <class HeardFact>
  Entry* entry_of(const HeardFact& fact);
  void hear_plant(const Plant& plant);
  void hear_tick();
  void hear_progress(const fact::SourceProgressed& progress);
  void end_past(SourceId source);
  void keep_ticking(flow::Outbox& out);
  void mark(Entry& entry, TimeSpan span);
  void mark_all(Entry& entry);
  bool is_unfilled(TimeSpan slot) const;
  void build_grid();
  void build_groups(const Plant& plant);
  void measure_dirty(Entry& entry);
  void find_cycles(Entry& entry) const;
  Shown::Page& own_page(Entry& entry, std::size_t index);
  std::optional<std::size_t> shown_shift() const;
  const Sums& sums_in(const Entry& entry, std::size_t slot) const;
  Sums sums_of(const Entry& entry, std::size_t shift) const;
  OeeRow row_of(Level level, const std::string& title, const Sums& sums, std::size_t shift) const;
  void fill_rows();
  void plan_rest(OeeRow& row, const Group& group, std::size_t shift) const;
  OeeRow row_of_group(const Group& group, std::size_t shift, const std::vector<Sums>& all) const;
  void show_row(const std::string& path, const OeeRow& row);
  void publish();

  const flow::Directory& directory_;
  std::shared_ptr<Board> board_;
  std::string plant_path_, plant_title_;
  Calendar calendar_;
  Titles reasons_;
  bool has_target_ = false;
  std::vector<Entry> machines_;  // in the order of the plant file
  std::shared_ptr<const Groups> groups_ = std::make_shared<Groups>();
  std::map<std::string, std::size_t, std::less<>> machine_of_;
  std::shared_ptr<const Shown::Grid> grid_ = std::make_shared<Shown::Grid>();
  std::map<SourceId, TimeSpan>
      unfilled_;  // of sources that fill in the past: what is still to come
  Instant now_{}, ticks_at_ = Instant::max(), ticked_at_{}, grid_until_{};
  bool is_changed_ = true;
  flow::Table<OeeRow> table_;
};

}  // namespace millwright::watch::oee
