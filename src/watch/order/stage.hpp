#pragma once

#include <deque>
#include <limits>
#include <map>
#include <set>

#include "flow/table.hpp"
#include "model/calendar.hpp"
#include "watch/order/board.hpp"
#include "watch/order/life.hpp"
#include "watch/order/past_runs.hpp"
#include "watch/order/sections.hpp"

namespace millwright::watch::order {

class OrderStage final : public flow::Stage {
 public:
  static constexpr std::size_t orders_max = 10'000, keys_max = 10'000, said_max = 1000;
  static constexpr Duration keys_kept = 192h;  // 8 days

  OrderStage(const flow::Directory& directory, std::shared_ptr<Board> board)
      : directory_(directory), board_(std::move(board)) {}

  std::string_view name() const override { return "watch/order"; }
  bool wants(TagId tag) const override { return listener(tag) != nullptr; }
  void hear(const Fact& fact, flow::Outbox& out) override;
  void show(flow::Views& views) override;
  void save(Writer& out) const override;
  Outcome load(Reader& in) override;

 private:
  enum class Tells : std::uint8_t { number, product, quantity };
  struct Listener {
    std::uint32_t machine = std::numeric_limits<std::uint32_t>::max();
    Tells tells = Tells::number;
  };
  struct Entry {  // one machine
    std::string path;
    OrderSection section;
    bool has_section = false;
    IdealCycle cycle;
    Runs runs;
    std::optional<PastRuns> past;
    std::shared_ptr<const Orders::Machine> shown;
    bool is_dirty = true;
    std::size_t dirty_from = 0;  // of its runs
  };

  const Listener* listener(TagId tag) const;
  Entry* machine(MachineId id);
  void hear_readings(const Readings& readings);
  void hear_row(Runs& runs, Tells tells, Instant at, const std::string& text) const;
  static void hear_past_row(PastRuns& past, Tells tells, Instant at, const std::string& text);
  void hear_progress(const fact::SourceProgressed& progress);
  PastRuns& past_of(Entry& entry, const fact::SourceProgressed& progress);
  void settle_past(Entry& entry, const fact::SourceProgressed& progress);
  void take_past(Entry& entry);
  void hear_plant(const Plant& plant, Instant at);
  void hear_file_orders(const Plant& plant, Instant at);
  void hear_parts(const Fact& fact, const fact::PartsMade& made);
  void hear_released(const fact::OrderReleased& released, Instant at);
  void hear_moved(const fact::OrderMoved& moved, Instant at);
  void hear_woke(const fact::Woke& woke);
  bool is_new_key(const std::string& key, Instant at);
  std::string product_of(const std::string& number) const;
  Order* order_of(const std::string& number, Instant at, ToldBy how);
  void find_listeners();
  void listen(const std::string& path, TagId tag);
  void bring_up(Entry& entry);
  void will_say(const Entry& entry, const std::vector<RunDifference>& changes);
  void note_runs(Entry& entry, std::size_t from);
  void say_waiting(flow::Outbox& out);
  void keep_ticking(flow::Outbox& out);
  void forget();
  void forget_orders();
  Life life(const Order& order) const;
  bool counts(const Entry& entry) const { return entry.section.finishes || !has_finish_; }
  void note_quantity(const Entry& entry, Order& order, std::optional<std::uint64_t> parts) const;
  Order* note_order(const Entry& entry, const std::string& number, Instant at, ToldBy how);

  void show_machine(Entry& entry);
  RunRow run_row(const Entry& entry) const;
  void show_orders();
  void show_board();
  void save_past(Writer& out) const;
  Outcome load_past(Reader& in);

  const flow::Directory& directory_;
  std::shared_ptr<Board> board_;
  Calendar calendar_;
  std::vector<Entry> machines_;
  std::map<std::string, std::size_t, std::less<>> machine_of_;  // by path
  std::map<std::string, Listener> listener_of_;                 // by path of the tag
  std::vector<Listener> listeners_;                             // by tag
  std::vector<std::uint32_t> touched_;
  bool has_finish_ = false;

  std::map<std::string, Order, std::less<>> orders_;
  std::map<std::string, Instant> keys_;
  std::map<std::uint64_t, std::string> reported_;  // order of a report, by its fact, for its parts
  std::deque<fact::RunChanged> waiting_;
  std::map<SourceId, fact::SourceProgressed> pasts_;  // sources that fill in the past
  bool is_waking_to_say_ = false;
  Instant now_{}, ticks_at_ = Instant::max(), forgot_at_{};

  std::set<std::string> dirty_orders_;
  std::shared_ptr<const std::set<std::string, std::less<>>> shown_keys_;
  std::map<std::string, std::shared_ptr<const OrderRow>, std::less<>> shown_orders_;
  bool is_board_dirty_ = true;
  flow::Table<OrderRow> order_table_;
  flow::Table<RunRow> run_table_;
};

}  // namespace millwright::watch::order
