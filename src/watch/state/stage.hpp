#pragma once

#include <deque>
#include <map>

#include "flow/table.hpp"
#include "watch/state/filling.hpp"
#include "watch/state/state.hpp"

namespace millwright::watch::state {

// What the stage says of a span.
inline fact::StateChanged said(MachineId machine, const Interval& interval,
                               std::optional<Instant> until) {
  return {machine, interval.from, until, interval.state, interval.mode, interval.why};
}

// The thin part: finds whose readings they are, and says what the timelines answer.
class StateStage final : public flow::Stage {
 public:
  // Facts said about one input; what is more waits for the next millisecond.
  static constexpr std::size_t said_max = 1000;
  // How often, at most, screens hear that the past has changed while it is filled in.
  static constexpr Duration past_shown_every = 1s;

  StateStage(const flow::Directory& directory, std::shared_ptr<BandBoard> board)
      : directory_(directory), board_(std::move(board)) {}

  std::string_view name() const override { return "watch/state"; }
  bool wants(TagId tag) const override { return listener(tag) != nullptr; }
  void hear(const Fact& fact, flow::Outbox& out) override;
  void show(flow::Views& views) override;
  void save(Writer& out) const override;
  Outcome load(Reader& in) override;

 private:
  struct Entry {  // one machine
    std::string path, title, area, line;
    bool is_real = false;
    std::optional<MachineId> id;
    std::optional<Timeline> timeline;  // absent: no rules
    std::optional<Filling> filling;    // its past, while and after it is filled in
    bool is_past_changed = false;      // since it was last shown
    std::string trouble;               // why there are no rules
    Instant since{};                   // of that
    std::uint64_t band = 0, shown_unused_rows = 0;
    Instant wakes_at = Instant::max();
    Bands::Band shared;  // what readers see; without `recent`: changed since it was last shared
  };
  struct Listener {
    std::uint32_t machine, input;
  };
  struct Link {  // a source
    bool is_connected = false;
    Instant heard{};                             // when readings of it were last learned
    std::optional<fact::SourceProgressed> past;  // it says the past, and how far it has come
  };

  const Listener* listener(TagId tag) const;
  void hear_readings(const Readings& readings);
  void hear_plant(const Plant& plant);
  void hear_tag(const fact::TagFound& found);
  void hear_found(const fact::MachineFound& found);
  void hear_connected(SourceId source, Instant at);
  void hear_progress(const fact::SourceProgressed& progress);
  void hear_past(Entry& entry, std::size_t input, const RawValue& raw,
                 const fact::SourceProgressed& past);
  void fit_past(Entry& entry);
  void say_past(Entry& entry, const std::vector<Change>& changes);
  void show_past();
  static void share(Entry& entry);
  static std::uint64_t unused_rows(const Entry& entry);
  void take_rules(Entry& entry, Entry* before, const Machine& machine);
  void find_listeners();
  void add_listener(std::size_t machine, std::size_t input, TagId tag);
  void update(Entry& entry, std::uint64_t key, flow::Outbox& out);
  void update_all(flow::Outbox& out);
  void say_waiting(flow::Outbox& out);
  void fill_row(Entry& entry);
  void save_past(Writer& out) const;
  Outcome load_past(Reader& in);
  static void save(Writer& out, const Entry& entry);
  static Outcome load(Reader& in, Entry& entry);

  const flow::Directory& directory_;
  std::shared_ptr<BandBoard> board_;
  std::vector<Entry> machines_;  // in the order of the plant file
  std::map<std::string, std::size_t, std::less<>> machine_of_;
  std::vector<Listener> listeners_;  // by tag
  std::map<SourceId, Link> links_;
  std::deque<fact::StateChanged> waiting_;  // what is still to be said
  bool is_waking_to_say_ = false;
  std::vector<std::uint32_t> touched_;  // machines whose readings were just heard
  Instant now_{}, next_due_ = Instant::max();
  flow::Table<MachineRow> table_;
  bool are_bands_changed_ = true, is_past_changed_ = false;
  Instant past_shown_at_{};
};

}  // namespace millwright::watch::state
