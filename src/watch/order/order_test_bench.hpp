#pragma once

#include <gtest/gtest.h>

#include <set>

#include "base/check.hpp"
#include "model/calendar.hpp"
#include "watch/order/board.hpp"
#include "watch/order/sections.hpp"

namespace millwright::watch::order {

inline const Instant series_start = *to_instant("2026-11-20T08:00:00Z");  // a Friday

inline const std::string plant_yaml = R"(plant: {path: velo/berlin, zone: UTC}
shifts:
  - {name: day, days: [mon, tue, wed, thu, fri], from: "06:00", to: "14:00", breaks: [{from: "10:00", for: 30 min}]}
products: [{name: City, title: City 28}, {name: Cargo}]
orders:
  - {order: A-1, product: City, quantity: 24, due: "2026-11-25T14:00:00Z"}
machines:
  - path: frames/cutting/saw1
    tags: [{name: order, kind: text}, {name: product, kind: text}, {name: quantity, kind: natural}]
    order: {number: order, product: product, quantity: quantity}
  - path: shipping/packing/packer1
    ideal_rate: 60
    tags: [{name: number, kind: natural}]
    order: {number: number, finishes: true}
)";

inline const std::string saw = "velo/berlin/frames/cutting/saw1";
inline const std::string packer = "velo/berlin/shipping/packing/packer1";

inline Plant test_plant(const std::string& text) {
  std::vector<Section> all = sections();
  for (Section& section : calendar_sections())
    all.push_back(std::move(section));
  Problems problems;
  Plant plant = read_plant(text, all, problems);
  for (const Problem& problem : problems.list())
    CHECK(to_text(problem, "test").empty());
  return plant;
}

// Hands facts to the stage as the core does, and keeps what it says.
class Bench final : public flow::Outbox {
 public:
  Bench() : stage_(make_stage(directory_, board)) {}

  void say(What what, Instant) override {
    said.push_back(std::get<fact::RunChanged>(std::get<fact::Order>(what)));
  }
  void wake_at(Instant at, std::uint64_t key) override { wakes.emplace(at, key); }
  void start(flow::Job) override { ADD_FAILURE() << "watch/order starts no job"; }

  void hear(What what, Instant happened, FactId cause = {}) {
    if (const auto* found = std::get_if<fact::Catalogue>(&what)) CHECK(directory_.apply(*found));
    ++number_.value;
    stage_->hear(Fact{FactId::of(number_, 0), cause, happened, happened, std::move(what)}, *this);
  }
  void hear(What what, Duration after) { hear(std::move(what), series_start + after); }
  void open(const std::string& text = plant_yaml) {
    plant = std::make_shared<const Plant>(test_plant(text));
    hear(fact::Catalogue(fact::MachineFound{MachineId{0}, saw}), 0s);
    hear(fact::Catalogue(fact::MachineFound{MachineId{1}, packer}), 0s);
    std::uint32_t number = 0;
    for (const std::string& path :
         {saw + "/order", saw + "/product", saw + "/quantity", packer + "/number"})
      hear(fact::Catalogue(fact::TagFound{TagId{number++}, path, {}, "", true}), 0s);
    hear(fact::Line(fact::PlantChanged{text, plant}), 0s);
  }
  void saw_says(const std::string& order, const std::string& product, std::uint64_t quantity,
                Duration after) {
    Readings readings(SourceId{0});
    const Instant at = series_start + after;
    readings.add_text(TagId{0}, at, order);
    readings.add_text(TagId{1}, at, product);
    readings.add(TagId{2}, Kind::natural, at, Scalar::of(quantity));
    hear(std::move(readings), after);
  }
  void packer_says(std::uint64_t order, Duration after) {
    Readings readings(SourceId{0});
    readings.add(TagId{3}, Kind::natural, series_start + after, Scalar::of(order));
    hear(std::move(readings), after);
  }
  void makes(MachineId machine, PartKind kind, Duration from, Duration until, std::int64_t parts) {
    hear(fact::Count(fact::PartsMade{machine, kind, series_start + from, series_start + until,
                                     parts, CountedBy::counter}),
         until);
  }
  void moves(const std::string& order, std::optional<MachineId> machine, OrderState to,
             Duration after, const std::string& key = "") {
    hear(fact::Order(fact::OrderMoved{order, machine, to, ToldBy::tap, "mia", key}), after);
  }
  void wake_until(Duration after) {
    while (!wakes.empty() && wakes.begin()->first <= series_start + after) {
      const auto [at, key] = *wakes.begin();
      wakes.erase(wakes.begin());
      hear(fact::Line(fact::Woke{"watch/order", at, key}), at);
    }
  }
  Bytes saved() const {
    Bytes bytes;
    Writer out(bytes);
    stage_->save(out);
    return bytes;
  }
  void load(const Bytes& bytes) {
    Reader in(bytes);
    const Outcome outcome = stage_->load(in);
    ASSERT_TRUE(outcome) << outcome.error().what;
    EXPECT_TRUE(in.is_at_end());
  }
  std::string row(std::string_view view_name, std::string_view key) {
    stage_->show(views);
    const auto view = views.get(view_name);
    std::string out;
    JsonWriter json(out);
    for (std::size_t slot = 0; slot < view->slots(); ++slot)
      if (view->key(slot) == key && !view->is_gone(slot)) view->write_row(slot, json);
    return out;
  }
  OrderRow order(const std::string& number) {
    stage_->show(views);
    const auto found = board->get()->orders.find(number);
    return found == board->get()->orders.end() ? OrderRow{} : *found->second;
  }
  flow::Stage& stage() { return *stage_; }

  std::shared_ptr<Board> board = std::make_shared<Board>();
  std::shared_ptr<const Plant> plant;
  std::vector<fact::RunChanged> said;
  std::set<std::pair<Instant, std::uint64_t>> wakes;
  flow::Views views;

 private:
  flow::Directory directory_;
  Sequence number_;
  std::unique_ptr<flow::Stage> stage_;
};

}  // namespace millwright::watch::order
