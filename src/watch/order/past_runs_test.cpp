#include "watch/order/past_runs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "model/described_json.hpp"
#include "watch/order/order_test_bench.hpp"

namespace millwright::watch::order {
namespace {

const Instant present = series_start;
const Instant past_begin = present - std::chrono::days(30);
constexpr SourceId past_source{4};

struct Heard {
  Instant at;
  enum class What { order, product, parts } what;
  std::string text;
  fact::PartsMade made{};
};

std::string no_description(const std::string&) {
  return "";
}

// Thirty days of a machine: orders with their products a moment later, and a part now and then.
std::vector<Heard> month(unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<Heard> out;
  const std::vector<std::string> products{"City", "Trail", "Cargo"};
  Instant at = past_begin;
  Instant counted = past_begin;
  for (int n = 0; at < present - 1h; ++n) {
    const bool is_none = random() % 6 == 0 && n > 0;
    out.push_back({at, Heard::What::order, is_none ? "" : "O-" + std::to_string(random() % 40)});
    if (!is_none)
      out.push_back({at + Duration(1s) * static_cast<std::int64_t>(random() % 9),
                     Heard::What::product, products[random() % 3]});
    const Instant next = at + Duration(1min) * static_cast<std::int64_t>(10 + random() % 600);
    for (; counted + 20min < std::min(next, present); counted += 20min)
      out.push_back(
          {counted + 20min,
           Heard::What::parts,
           "",
           {MachineId{0}, random() % 5 == 0 ? PartKind::reject : PartKind::good, counted,
            counted + 20min, static_cast<std::int64_t>(1 + random() % 9), CountedBy::counter}});
    at = next;
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Heard& a, const Heard& b) { return a.at < b.at; });
  return out;
}

void tell(Runs& runs, const Heard& heard) {
  if (heard.what == Heard::What::order) runs.hear_order(heard.at, heard.text, heard.at);
  if (heard.what == Heard::What::product) runs.hear_product(heard.at, heard.text, heard.at);
  if (heard.what == Heard::What::parts) runs.count(heard.made);
}

void tell(PastRuns& past, const Heard& heard) {
  if (heard.what == Heard::What::order) past.hear_order(heard.at, heard.text);
  if (heard.what == Heard::What::product) past.hear_product(heard.at, heard.text);
  if (heard.what == Heard::What::parts) past.count(heard.made);
}

// As the machine's own front has it when it hears all of it while it happens.
Runs heard_live(const std::vector<Heard>& rows) {
  Runs runs;
  for (const Heard& heard : rows) {
    tell(runs, heard);
    runs.settle(no_description);
    runs.forget(heard.at);
  }
  return runs;
}

std::vector<Run> before(const std::vector<Run>& runs, Instant until) {
  std::vector<Run> out;
  for (const Run& run : runs)
    if (run.from < until) out.push_back(run);
  return out;
}

struct Filled {
  Runs runs;
  std::vector<RunDifference> said;
  std::uint64_t unused_rows = 0;
};

// Within a batch the tags come one after the other, as a recording has them.
Filled filled(const std::vector<Heard>& rows, unsigned seed) {
  std::mt19937 random(seed);
  Filled out;
  PastRuns past(past_source, past_begin, present, out.runs.make_room(present));
  out.runs.settle(no_description);
  for (std::size_t at = 0; at < rows.size();) {
    std::size_t end = std::min<std::size_t>(rows.size(), at + 1 + random() % 200);
    while (end < rows.size() && rows[end].at == rows[end - 1].at)
      ++end;
    std::vector<Heard> batch(rows.begin() + static_cast<std::ptrdiff_t>(at),
                             rows.begin() + static_cast<std::ptrdiff_t>(end));
    std::stable_sort(batch.begin(), batch.end(),
                     [](const Heard& a, const Heard& b) { return a.what > b.what; });
    for (const Heard& heard : batch)
      tell(past, heard);
    const bool is_last = end == rows.size();
    const Instant reached = is_last ? present : rows[end].at;
    for (RunDifference& change : past.settle(reached, is_last, no_description))
      out.said.push_back(std::move(change));
    out.runs.put_past(before(past.runs(), past.said_until()), past.said_until());
    out.runs.put_past_parts(past.runs(), present);
    past.forget(reached);
    at = end;
  }
  out.unused_rows = past.unused_rows();
  return out;
}

// What was said, one after the other, as pieces.
std::vector<RunDifference> folded(const std::vector<RunDifference>& said) {
  std::vector<RunDifference> out;
  for (const RunDifference& piece : said) {
    const bool goes_on = !out.empty() && out.back().until == piece.from &&
                         out.back().order == piece.order && out.back().product == piece.product;
    if (goes_on)
      out.back().until = piece.until;
    else
      out.push_back(piece);
  }
  return out;
}

TEST(PastRuns, SayOfThePastWhatALiveFrontWouldHaveSaidInAnyCutOfBatches) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::vector<Heard> rows = month(seed);
    const auto expected = heard_live(rows).runs();
    ASSERT_GT(expected.size(), 60U);
    const Filled is = filled(rows, seed);
    EXPECT_EQ(is.unused_rows, 0U);
    const auto got = before(is.runs.runs(), present);
    for (std::size_t i = 1; i < std::min(got.size(), expected.size()); ++i)
      ASSERT_EQ(to_json(got[i]), to_json(expected[i])) << i;
    ASSERT_EQ(got.size(), expected.size());
    EXPECT_EQ(is.runs.now().from, present);
    std::vector<RunDifference> pieces = pieces_of(expected);
    std::erase_if(pieces, [](const RunDifference& piece) { return piece.from < past_begin; });
    pieces.back().until = present;
    const std::vector<RunDifference> said = folded(is.said);
    ASSERT_EQ(said.size(), pieces.size());
    for (std::size_t i = 0; i < said.size(); ++i)
      EXPECT_EQ(to_json(said[i]), to_json(pieces[i])) << i;
  }
}

TEST(PastRuns, EndWhereTheLiveFrontKnowsWhatWasSo) {
  Runs runs;
  runs.hear_order(present - 5h, "O-9", present);  // its controller says since when
  runs.settle(no_description);
  PastRuns past(past_source, past_begin, present, runs.make_room(present));
  EXPECT_TRUE(runs.settle(no_description).empty());
  past.hear_order(past_begin, "O-1");
  past.hear_order(present - 5h, "O-9");
  past.count({MachineId{0}, PartKind::good, present - 7h, present - 6h, 4, CountedBy::counter});
  past.count({MachineId{0}, PartKind::good, present - 4h, present - 3h, 5, CountedBy::counter});
  const auto said = past.settle(present, true, no_description);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].order, "O-1");
  EXPECT_EQ(said[0].until, present - 5h);
  runs.put_past(before(past.runs(), past.said_until()), past.said_until());
  runs.put_past_parts(past.runs(), past.until());
  EXPECT_EQ(runs.now().from, present - 5h);
  EXPECT_EQ(runs.parts_of("O-1").good, 4);
  EXPECT_EQ(runs.parts_of("O-9").good, 5);
}

TEST(PastRuns, ALateRowOfTheLiveFrontEndsThePastEarlier) {
  Runs runs;
  PastRuns past(past_source, past_begin, present, runs.make_room(present));
  runs.settle(no_description);
  past.hear_order(past_begin, "O-1");
  past.hear_order(present - 12h, "O-2");
  past.settle(present - 10h, false, no_description);
  runs.put_past(before(past.runs(), past.said_until()), past.said_until());
  runs.hear_order(present - 8h, "O-3", present);
  const auto live = runs.settle(no_description);
  ASSERT_EQ(live.size(), 1U);
  EXPECT_EQ(live[0].from, present - 8h);
  past.end_at(runs.begin());
  past.hear_order(present - 9h, "O-4");
  const auto said = past.settle(present, true, no_description);
  ASSERT_EQ(said.size(), 2U);  // O-2, O-4
  EXPECT_EQ(said[1].until, present - 8h);
  runs.put_past(before(past.runs(), past.said_until()), past.said_until());
  std::string orders;
  for (const auto& run : runs.runs())
    orders += run.order + " ";
  EXPECT_EQ(orders, " O-1 O-2 O-4 O-3 ");
}

TEST(PastRuns, ASnapshotAtAnyTimeGoesOnTheSame) {
  const std::vector<Heard> rows = month(3);
  PastRuns past(past_source, past_begin, present, present);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    tell(past, rows[i]);
    if (i % 7 == 0) past.settle(rows[i].at, false, no_description);
    if (i % 21 == 0) past.forget(rows[i].at);
    if (i % 50 != 0) continue;
    Bytes bytes, again;
    Writer out(bytes), out_again(again);
    past.save(out);
    Reader in(bytes);
    PastRuns loaded = PastRuns::load(in).value();
    EXPECT_TRUE(in.is_at_end());
    loaded.save(out_again);
    EXPECT_EQ(bytes, again);
    PastRuns live = past;
    EXPECT_EQ(live.settle(present, true, no_description),
              loaded.settle(present, true, no_description));
  }
}

}  // namespace
}  // namespace millwright::watch::order
