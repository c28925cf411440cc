#pragma once

#include <deque>
#include <limits>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "flow/table.hpp"
#include "watch/count/count.hpp"

namespace millwright::watch::count {

// The thin part: finds whose values they are, and says the steps that the tallies tell.
class CountStage final : public flow::Stage {
 public:
  static constexpr Duration keys_kept = 192h, reports_kept = 26h;
  static constexpr std::size_t keys_max = 10'000, reports_max = 10'000;  // the oldest go
  static constexpr std::size_t said_max =
      1000;  // of one input; the rest follows a millisecond later

  explicit CountStage(const flow::Directory& directory) : directory_(directory) {}

  std::string_view name() const override { return "watch/count"; }
  bool wants(TagId tag) const override { return listener(tag) != nullptr; }
  void hear(const Fact& fact, flow::Outbox& out) override;
  void show(flow::Views& views) override { table_.show(views, "counts"); }
  void save(Writer& out) const override;
  Outcome load(Reader& in) override;

 private:
  struct Report {  // of a person
    Instant at;
    std::int64_t good, scrap;
  };
  struct Entry {  // one machine
    std::string path;
    std::optional<MachineId> id;
    CountSection section;
    std::optional<double> ideal_rate;
    Tally good, reject;
    std::deque<Report> reports;      // by time
    std::optional<SourceId> source;  // which said the good parts last
    bool is_lost = false;            // it can no longer be heard

    bool counts_good() const { return !section.good.empty(); }
  };
  static constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();
  struct Listener {
    std::uint32_t machine;
    bool is_reject;
  };

  const Listener* listener(TagId tag) const {
    const std::size_t i = tag.index();
    return i < listeners_.size() && listeners_[i].machine != nobody ? &listeners_[i] : nullptr;
  }
  void hear_readings(const Readings& readings);
  bool says_past(SourceId source) const;
  void hear_report(const fact::QuantityReported& report, Instant happened);
  bool is_new(const std::string& key);
  void take_made(const Entry& entry, PartKind kind);
  void say_waiting(flow::Outbox& out);
  void hear_plant(const Plant& plant);
  void hear_link(SourceId source, bool is_lost);
  void find_listeners();
  void listen(const std::string& path, TagId tag);
  void hear_tick();
  void find_day();
  void keep_ticking(flow::Outbox& out);
  void fill_row(Entry& entry);
  Outcome load_machine(Reader& in, Entry& entry);

  const flow::Directory& directory_;
  std::string zone_ = "UTC";
  std::vector<Entry> machines_;
  std::map<std::string, Listener> listener_of_;  // by path of the tag
  std::vector<Listener> listeners_;              // by tag
  std::vector<std::uint32_t> touched_;
  Instant now_{}, ticks_at_ = Instant::max(), day_{}, day_until_{};
  flow::Table<CountRow> table_;
  std::vector<Made> made_;               // of the reading at hand
  std::deque<fact::PartsMade> waiting_;  // what is still to be said
  bool is_waking_to_say_ = false;
  std::deque<std::pair<Instant, std::string>> keys_;  // of reports, in order of hearing
  std::set<std::string> known_keys_;
  std::vector<SourceId> past_sources_;  // say the past alone: no machine is lost with them
};

}  // namespace millwright::watch::count
