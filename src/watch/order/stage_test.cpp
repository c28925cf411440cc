#include "watch/order/order_test_bench.hpp"

namespace millwright::watch::order {
namespace {

constexpr MachineId at_saw{0}, at_packer{1};

TEST(OrderStage, AnOrderOfThePlantFileIsKnownFromTheStart) {
  Bench bench;
  bench.open();
  EXPECT_EQ(bench.row("orders", "A-1"),
            R"({"order":"A-1","product":"City","quantity":24,"due":"2026-11-25T14:00:00Z",)"
            R"("state":"released","released":"2026-11-20T08:00:00Z","started":null,"done":null,)"
            R"("good":0,"scrap":0,"machines":[],"made_at":[],"how":"plant file","who":"",)"
            R"("is_described":true,"note":""})");
  EXPECT_EQ(bench.row("runs", saw),
            R"({"order":"","product":"","quantity":0,"good":0,"scrap":0,"state":"none",)"
            R"("since":null,"done_at":null,"done_basis":"no order runs here","ideal_cycle":null,)"
            R"("how":"tag"})");
}

TEST(OrderStage, ATagStartsItsOrderAndSaysTheRun) {
  Bench bench;
  bench.open();
  bench.saw_says("A-1", "4711", 26, 1min);
  ASSERT_EQ(bench.said.size(), 1U);
  EXPECT_EQ(bench.said[0].machine, at_saw);
  EXPECT_EQ(bench.said[0].from, series_start + 1min);
  EXPECT_EQ(bench.said[0].order, "A-1");
  EXPECT_EQ(bench.said[0].product, "City");  // as it is described, not as the tag says
  EXPECT_EQ(bench.order("A-1").state, OrderState::started);
  EXPECT_EQ(bench.order("A-1").quantity, 24U);
  EXPECT_NE(bench.row("runs", saw).find(R"("quantity":26)"), std::string::npos);
}

TEST(OrderStage, AnUnknownNumberMakesAnOrderThatIsNotDescribed) {
  Bench bench;
  bench.open();
  bench.saw_says("O-77", "Cargo", 12, 1min);
  const OrderRow row = bench.order("O-77");
  EXPECT_FALSE(row.is_described);
  EXPECT_EQ(row.product, "Cargo");
  EXPECT_EQ(row.quantity, 12U);
  EXPECT_EQ(row.how, ToldBy::tag);
  EXPECT_EQ(row.made_at, std::vector<std::string>{saw});
  bench.hear(fact::Order(fact::OrderReleased{"O-77", "City", 10, {}, {}, "", "mia", ToldBy::tap}),
             2min);
  EXPECT_TRUE(bench.order("O-77").is_described);
  EXPECT_EQ(bench.said.back().product, "City");  // also of the run that lasts
  EXPECT_EQ(bench.said.back().from, series_start + 1min);
}

TEST(OrderStage, PartsCountWhereOrdersAreFinishedAndScrapAnywhere) {
  Bench bench;
  bench.open();
  bench.saw_says("77", "City", 12, 0min);
  bench.makes(at_saw, PartKind::good, 0min, 10min, 12);
  bench.makes(at_saw, PartKind::reject, 0min, 10min, 1);
  EXPECT_EQ(bench.order("77").good, 0);
  EXPECT_EQ(bench.order("77").scrap, 1);
  bench.saw_says("78", "City", 6, 11min);
  EXPECT_EQ(bench.order("77").state, OrderState::started);  // between two machines
  bench.packer_says(77, 20min);
  bench.makes(at_packer, PartKind::good, 20min, 30min, 11);
  EXPECT_EQ(bench.order("77").good, 11);
  bench.packer_says(78, 31min);
  EXPECT_EQ(bench.order("77").state, OrderState::done);
  EXPECT_EQ(*bench.order("77").done, series_start + 31min);
}

TEST(OrderStage, ANumberThatLateDataTakesBackIsForgotten) {
  Bench bench;
  bench.open();
  bench.packer_says(5, 10min);
  EXPECT_EQ(bench.order("5").state, OrderState::started);
  bench.packer_says(6, 10min);  // a correction of the same time
  EXPECT_EQ(bench.row("orders", "5"), "");
  EXPECT_EQ(bench.order("6").state, OrderState::started);
}

TEST(OrderStage, PeopleMoveOrdersAlong) {
  Bench bench;
  bench.open();
  bench.moves("A-1", at_packer, OrderState::started, 1min, "k1");
  EXPECT_EQ(bench.order("A-1").state, OrderState::started);
  bench.moves("A-1", at_packer, OrderState::paused, 2min, "k2");
  EXPECT_EQ(bench.order("A-1").state, OrderState::paused);
  bench.moves("A-1", at_packer, OrderState::started, 3min, "k3");
  bench.moves("A-1", at_packer, OrderState::paused, 4min, "k2");  // the same request again
  EXPECT_EQ(bench.order("A-1").state, OrderState::started);
  bench.moves("A-1", at_packer, OrderState::done, 5min, "k4");
  EXPECT_EQ(bench.order("A-1").state, OrderState::done);
  bench.moves("A-1", std::nullopt, OrderState::closed, 6min, "k5");
  EXPECT_EQ(bench.order("A-1").state, OrderState::closed);
  bench.moves("A-1", std::nullopt, OrderState::released, 7min, "k6");
  EXPECT_EQ(bench.order("A-1").state, OrderState::released);
  EXPECT_EQ(bench.said.back().order, "");
}

TEST(OrderStage, TheForecastUsesTheRateOfTheLastHourOverTheShifts) {
  Bench bench;
  bench.open();
  bench.moves("A-1", at_packer, OrderState::started, 0min);
  bench.wake_until(1min);
  // 24 parts at its ideal 60 an hour, from 8:01 on.
  EXPECT_NE(bench.row("runs", packer).find(R"("done_at":"2026-11-20T08:25:00Z")"),
            std::string::npos);
  EXPECT_NE(bench.row("runs", packer).find("24 parts left, at the ideal cycle of 60 s a part"),
            std::string::npos);
  bench.makes(at_packer, PartKind::good, 10min, 60min, 4);
  bench.wake_until(60min);
  // 20 parts at 4 an hour: five hours of work from 9:00. The break takes 10:00 to 10:30, the shift
  // ends at 14:00 after 4.5 h, the rest is on Monday.
  EXPECT_NE(bench.row("runs", packer).find(R"("done_at":"2026-11-23T06:30:00Z")"),
            std::string::npos);
  EXPECT_NE(bench.row("runs", packer).find("20 parts left, at 4 good parts an hour"),
            std::string::npos);
}

TEST(OrderStage, APersonReportsForTheOrderThatHeNames) {
  Bench bench;
  bench.open();
  bench.packer_says(5, 1min);
  bench.hear(fact::Count(fact::QuantityReported{at_packer, "A-1", 3, 0, "", "", "mia", "r1"}),
             2min);
  const FactId cause = FactId::of(Sequence{9}, 0);
  bench.hear(fact::Count(fact::PartsMade{at_packer, PartKind::good, series_start + 2min,
                                         series_start + 2min, 3, CountedBy::person}),
             series_start + 2min, cause);
  EXPECT_EQ(bench.order("A-1").good, 3);
  EXPECT_EQ(bench.order("5").good, 0);
}

// What a recording says of the saw three days before, and how far it is.
constexpr SourceId archive{7};
const Instant past_from = series_start - 72h;

void archive_reaches(Bench& bench, Duration since, bool has_ended = false) {
  bench.hear(fact::Source(fact::SourceProgressed{archive, past_from, series_start,
                                                 past_from + since, has_ended}),
             1min);
}
void archive_says(Bench& bench, const std::string& order, std::uint64_t quantity, Duration since) {
  Readings readings(archive);
  readings.add_text(TagId{0}, past_from + since, order);
  readings.add_text(TagId{1}, past_from + since + 3s, "Cargo");
  readings.add(TagId{2}, Kind::natural, past_from + since, Scalar::of(quantity));
  bench.hear(std::move(readings), 1min);
}
void archive_makes(Bench& bench, Duration since, Duration until, std::int64_t parts) {
  bench.hear(fact::Count(fact::PartsMade{at_saw, PartKind::good, past_from + since,
                                         past_from + until, parts, CountedBy::counter}),
             1min);
}

TEST(OrderStage, APastThatIsFilledInHasItsOrdersAndLeavesThePresentAsItIs) {
  Bench bench;
  bench.open();
  bench.saw_says("99", "City", 12, 0min);
  bench.said.clear();
  archive_reaches(bench, 0h);
  archive_says(bench, "50", 6, 0h);
  archive_makes(bench, 1h, 2h, 6);
  archive_says(bench, "51", 8, 3h);
  archive_makes(bench, 3h, 4h, 2);
  EXPECT_TRUE(bench.said.empty());
  archive_reaches(bench, 4h);
  ASSERT_EQ(bench.said.size(), 1U);  // what goes on waits
  EXPECT_EQ(bench.said[0].order, "50");
  EXPECT_EQ(bench.said[0].product, "Cargo");
  EXPECT_EQ(bench.said[0].from, past_from);
  EXPECT_EQ(bench.said[0].until, past_from + 3h);
  EXPECT_EQ(bench.order("50").good, 0);  // orders are finished at the packer
  EXPECT_EQ(bench.order("50").quantity, 6U);
  EXPECT_EQ(bench.order("50").released, past_from);
  archive_reaches(bench, 72h, true);
  ASSERT_EQ(bench.said.size(), 2U);
  EXPECT_EQ(bench.said[1].until, series_start);
  EXPECT_EQ(bench.order("51").quantity, 8U);
  EXPECT_NE(bench.row("runs", saw).find(R"("order":"99")"), std::string::npos);
  const auto machine = bench.board->get()->machines.at(saw);
  std::string rows;
  for (const auto& run : machine->runs)
    rows += run->order + ":" + std::to_string(run->good) + " ";
  EXPECT_EQ(rows, ":0 50:6 51:2 99:0 ");
}

std::vector<std::function<void(Bench&)>> story() {
  return {
      [](Bench& b) { b.saw_says("77", "City", 12, 0min); },
      [](Bench& b) { b.makes(at_saw, PartKind::good, 0min, 10min, 12); },
      [](Bench& b) { b.moves("A-1", at_packer, OrderState::started, 12min, "k1"); },
      [](Bench& b) { b.wake_until(20min); },
      [](Bench& b) { archive_reaches(b, 0h); },
      [](Bench& b) { archive_says(b, "50", 6, 0h); },
      [](Bench& b) { archive_makes(b, 1h, 2h, 6); },
      [](Bench& b) { archive_says(b, "51", 8, 3h); },
      [](Bench& b) { archive_reaches(b, 4h); },
      [](Bench& b) { archive_makes(b, 4h, 5h, 1); },
      [](Bench& b) { archive_reaches(b, 60h); },
      [](Bench& b) { b.packer_says(77, 21min); },
      [](Bench& b) { b.saw_says("70", "Cargo", 6, 5min); },
      [](Bench& b) { b.makes(at_packer, PartKind::reject, 20min, 25min, 2); },
      [](Bench& b) { archive_reaches(b, 72h, true); },
      [](Bench& b) { b.wake_until(120min); },
      [](Bench& b) { b.moves("A-1", std::nullopt, OrderState::closed, 121min, "k2"); },
      [](Bench& b) { b.wake_until(48h); },
  };
}

TEST(OrderStage, ASnapshotAtAnyStepGivesTheSameEndByteForByte) {
  const auto steps = story();
  Bench live;
  live.open();
  for (const auto& step : steps)
    step(live);
  for (std::size_t cut = 0; cut < steps.size(); ++cut) {
    Bench before, after;
    before.open();
    for (std::size_t i = 0; i < cut; ++i)
      steps[i](before);
    after.open();
    after.wakes = before.wakes;  // The core's part of the snapshot.
    after.load(before.saved());
    ASSERT_EQ(after.saved(), before.saved()) << "cut after step " << cut;
    for (std::size_t i = cut; i < steps.size(); ++i)
      steps[i](after);
    ASSERT_EQ(after.saved(), live.saved()) << "cut after step " << cut;
    for (const char* order : {"A-1", "77", "70", "50", "51"})
      ASSERT_EQ(after.row("orders", order), live.row("orders", order));
    ASSERT_EQ(after.row("runs", saw), live.row("runs", saw));
  }
}

TEST(OrderSections, TellEveryMistakeWithItsPlace) {
  Problems problems;
  read_plant(R"(plant: {path: velo/berlin}
products: [{name: City}, {name: City}]
orders:
  - {order: A-1, product: Citty}
  - {order: A-2, machines: [frames/cutting/saw2]}
  - {order: A-2}
machines:
  - path: frames/cutting/saw1
    tags: [{name: order, kind: text}]
    order: {number: orders, quantity: order}
)",
             sections(), problems);
  std::string told;
  for (const Problem& problem : problems.list())
    told += to_text(problem, "p") + "\n";
  EXPECT_EQ(
      told,
      "p:2:26: products/City: found 'City' again, expected each product once\n"
      "p:4:5: orders/1: found 'A-1', expected an order as this plant can make it: there is no "
      "product 'Citty': the products are City, City\n"
      "p:5:5: orders/2: found 'A-2', expected an order as this plant can make it: there is no "
      "machine 'frames/cutting/saw2': did you mean 'frames/cutting/saw1'?\n"
      "p:6:5: orders/3: found 'A-2' again, expected each order once\n"
      "p:10:21: machines/frames/cutting/saw1/order/number: found 'orders', expected the name "
      "of a tag of this machine; did you mean 'order'?\n"
      "p:10:39: machines/frames/cutting/saw1/order/quantity: found 'order', expected a tag "
      "whose kind is a number\n");
}

}  // namespace
}  // namespace millwright::watch::order
