#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "flow/line.hpp"
#include "flow/memory_journal.hpp"
#include "flow/table.hpp"
#include "model/described_bytes.hpp"

namespace millwright::flow {
namespace {

struct CountRow {
  std::uint64_t rows = 0;
  static constexpr auto describe() {
    return record("count", field("rows", &CountRow::rows, "", "Rows heard."));
  }
};

// Counts the rows of even tags, wakes a second after the last and starts a job on every tenth row.
class Counter final : public Stage {
 public:
  explicit Counter(std::string name) : name_(std::move(name)) {}
  std::string_view name() const override { return name_; }
  bool wants(TagId tag) const override { return tag.value % 2 == 0; }
  void hear(const Fact& fact, Outbox& out) override {
    if (const auto* readings = std::get_if<Readings>(&fact.what)) count(*readings, fact, out);
    if (get<fact::Woke>(fact) != nullptr) ++woken_;
    if (get<fact::SourceTroubled>(fact) != nullptr) ++troubles_;
    if (const auto* answered = get<fact::JobAnswered>(fact)) answers_ += answered->answer.size();
    table_.edit("all").rows = rows_;
  }
  void show(Views& views) override { table_.show(views, name_); }
  void save(Writer& out) const override {
    for (const std::uint64_t n : {rows_, woken_, answers_, troubles_})
      out.fixed(n);
  }
  Outcome load(Reader& in) override {
    for (std::uint64_t* n : {&rows_, &woken_, &answers_, &troubles_})
      *n = TRY(in.fixed<std::uint64_t>());
    return Done{};
  }

 private:
  void count(const Readings& readings, const Fact& fact, Outbox& out) {
    rows_ += readings.rows();
    out.wake_at(readings.times(readings.runs().back()).back() + 1s, rows_);
    if (rows_ % 10 == 0) out.start({"double", rows_, Bytes(3, 1)});
    out.say(fact::Source(fact::SourceTroubled{readings.source(), "", "heard", "", 1}),
            fact.learned);
  }

  std::string name_;
  std::uint64_t rows_ = 0, woken_ = 0, answers_ = 0, troubles_ = 0;
  Table<CountRow> table_;
};

// A journal that fails when told.
class Frail final : public Journal {
 public:
  Result<Sequence> append(ByteView record) override { return inner_.append(record); }
  Outcome commit() override {
    if (is_failing) return fail(Code::corrupt, "fdatasync failed");
    return Done{};
  }
  Outcome reopen() override {
    ++reopened;
    if (is_failing) return fail(Code::corrupt, "still failing");
    return Done{};
  }
  Outcome replay(Sequence after, const Each& each) override { return inner_.replay(after, each); }
  Result<std::optional<Snapshot>> newest_snapshot() override { return inner_.newest_snapshot(); }
  Outcome keep_snapshot(const Snapshot& s) override { return inner_.keep_snapshot(s); }

  bool is_failing = false;
  int reopened = 0;

 private:
  MemoryJournal inner_;
};

struct Rig {
  explicit Rig(Journal& journal_in, LineSettings settings = {}) : journal(journal_in) {
    Core::Stages stages;
    stages.push_back(std::make_unique<Counter>("first"));
    stages.push_back(std::make_unique<Counter>("second"));
    JobKind doubling{"double", "",
                     [](ByteView q) -> Result<Bytes> { return Bytes(q.size() * 2, 0); }};
    line = std::make_unique<Line>(
        settings, Line::Parts{clock,
                              journal,
                              directory,
                              std::move(stages),
                              [](const std::string&) { return std::make_shared<Plant>(); },
                              {doubling}});
    EXPECT_TRUE(line->recover());
  }
  void offer(std::uint32_t tag, int rows) {
    Readings readings(SourceId{0});
    for (int i = 0; i < rows; ++i)
      readings.add(TagId{tag}, Kind::number, clock.now(), Scalar::of(1.0));
    EXPECT_EQ(line->inbox().offer(std::move(readings)), Offer::accepted);
  }
  void find_tags(int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(line->catalogue().tag("a/b/t" + std::to_string(i), Kind::number, "", true));
    }
  }
  std::string view(std::string_view name) {
    const auto view = line->views().get(name);
    std::string text;
    JsonWriter out(text);
    view->write_row(0, out);
    return text;
  }

  ManualClock clock{instant(1'000'000'000'000'000'000)};
  Journal& journal;
  Directory directory;
  std::unique_ptr<Line> line;
};

void play(Rig& rig) {
  rig.find_tags(4);
  for (std::uint32_t i = 0; i < 40; ++i) {
    rig.offer(i % 4, 5);
    rig.clock.advance(300ms);
    ASSERT_TRUE(rig.line->flush(1s));
  }
}

TEST(Line, DeliversOnlyWantedTags) {
  MemoryJournal journal;
  Rig rig(journal);
  play(rig);
  EXPECT_EQ(rig.view("first"), R"({"rows":100})");
}

TEST(Line, ReplayGivesTheSameStateByteForByte) {
  MemoryJournal journal;
  Rig live(journal);
  play(live);
  Rig again(journal);
  EXPECT_EQ(live.line->state(), again.line->state());
}

TEST(Line, SnapshotAndTailGiveTheSameStateAsTheWholeJournal) {
  MemoryJournal journal;
  Rig live(journal, {.snapshot_every = 2s});
  play(live);
  ASSERT_TRUE(journal.newest_snapshot().value());
  EXPECT_GT(journal.newest_snapshot().value()->at, Sequence{0});
  Rig again(journal);
  EXPECT_EQ(live.line->state(), again.line->state());
}

TEST(Line, ThreadsGiveTheSameStateAsTheirReplay) {
  MemoryJournal journal;
  Rig live(journal);
  live.find_tags(4);
  live.line->start_threads();
  for (std::uint32_t i = 0; i < 200; ++i) {
    live.offer(i % 4, 5);
    live.clock.advance(10ms);
  }
  live.clock.advance(2s);
  ASSERT_TRUE(live.line->flush(10s));
  live.line->stop();
  Rig again(journal);
  EXPECT_EQ(live.line->state(), again.line->state());
}

TEST(Line, AcknowledgesAfterTheCommitAlone) {
  Frail journal;
  Rig rig(journal);
  rig.find_tags(1);
  int kept = 0;
  int lost = 0;
  const auto offer = [&] {
    Readings readings;
    readings.add(TagId{0}, Kind::number, rig.clock.now(), Scalar::of(1.0));
    EXPECT_EQ(rig.line->inbox().offer(std::move(readings),
                                      [&](const Outcome& o) { ++(o ? kept : lost); }),
              Offer::accepted);
  };
  offer();
  ASSERT_TRUE(rig.line->flush(1s));
  EXPECT_EQ(kept, 1);
  journal.is_failing = true;
  offer();
  rig.line->journal_step({});
  EXPECT_EQ(lost, 1);
  EXPECT_EQ(rig.line->figures().trouble, "fdatasync failed");
  rig.clock.advance(2s);
  rig.line->journal_step({});
  EXPECT_EQ(journal.reopened, 1);
  journal.is_failing = false;
  rig.clock.advance(2s);
  offer();
  ASSERT_TRUE(rig.line->flush(1s));
  EXPECT_EQ(kept, 2);
  EXPECT_EQ(rig.line->figures().trouble, "");
}

// A stage whose store lacks all that was heard after an input.
class Slow final : public Stage {
 public:
  explicit Slow(std::vector<std::uint64_t>& again) : again_(again) {}
  std::string_view name() const override { return "slow"; }
  bool wants(TagId) const override { return true; }
  void hear(const Fact&, Outbox&) override {}
  void save(Writer&) const override {}
  Outcome load(Reader&) override { return Done{}; }
  Sequence needs() const override { return {3}; }
  void hear_again(const Fact& fact) override { again_.push_back(fact.id.input().value); }

 private:
  std::vector<std::uint64_t>& again_;
};

TEST(Line, AStageWhoseStoreLagsHearsAgainWhatTheSnapshotLeavesOut) {
  MemoryJournal journal;
  ManualClock clock(instant(1));
  std::vector<std::uint64_t> again;
  std::uint64_t offered = 0;
  for (int start = 0; start < 2; ++start) {
    Directory directory;
    Core::Stages stages;
    stages.push_back(std::make_unique<Slow>(again));
    Line line({.snapshot_every = 0s}, {clock,
                                       journal,
                                       directory,
                                       std::move(stages),
                                       [](const std::string&) { return nullptr; },
                                       {}});
    ASSERT_TRUE(line.recover());
    for (; offered < 6; ++offered) {
      line.inbox().say(fact::Source(fact::SourceTroubled{SourceId{1}, "", "x", "", 1}),
                       clock.now());
      ASSERT_TRUE(line.flush(1s));
    }
    line.journal_step({});  // keeps the snapshot
  }
  ASSERT_TRUE(journal.newest_snapshot().value());
  EXPECT_EQ(journal.newest_snapshot().value()->at, Sequence{6});
  EXPECT_EQ(again, (std::vector<std::uint64_t>{4, 5, 6}));
}

TEST(Line, SaysThatAnInputIsShownWhenTheViewsShowIt) {
  Frail journal;
  Rig rig(journal);
  rig.find_tags(1);
  int durable = 0;
  int shown = 0;
  int lost = 0;
  const auto offer = [&] {
    Readings readings;
    readings.add(TagId{0}, Kind::number, rig.clock.now(), Scalar::of(1.0));
    Input input{std::move(readings), {}, {}, [&](const Outcome&) { ++durable; }};
    input.shown = [&](const Outcome& o) { ++(o ? shown : lost); };
    EXPECT_EQ(rig.line->inbox().offer(std::move(input)), Offer::accepted);
  };
  offer();
  ASSERT_TRUE(rig.line->journal_step({}));
  EXPECT_EQ(durable, 1);
  EXPECT_EQ(shown, 0);
  ASSERT_TRUE(rig.line->core_step({}));
  EXPECT_EQ(shown, 1);
  journal.is_failing = true;
  offer();
  rig.line->journal_step({});
  EXPECT_EQ(lost, 1);
}

TEST(Inbox, IsFullAtItsBoundAndTakesAgainAfterwards) {
  Inbox inbox(10);
  const auto batch = [](int rows) {
    Readings r;
    for (int i = 0; i < rows; ++i)
      r.add(TagId{0}, Kind::number, instant(i), Scalar::of(0.0));
    return r;
  };
  EXPECT_EQ(inbox.offer(batch(11)), Offer::accepted);  // larger than the bound, into an empty inbox
  EXPECT_EQ(inbox.offer(batch(1)), Offer::full);
  std::vector<Input> taken;
  inbox.take(taken, {});
  EXPECT_EQ(taken.size(), 1U);
  EXPECT_EQ(inbox.offer(batch(10)), Offer::accepted);
  EXPECT_TRUE(inbox.say(fact::Line(fact::Woke{}), instant(0)));
  inbox.close();
  EXPECT_EQ(inbox.offer(batch(1)), Offer::closed);
}

TEST(Catalogue, KeepsItsNumbersAcrossARestart) {
  MemoryJournal journal;
  TagId id{};
  {
    Rig rig(journal);
    rig.find_tags(3);
    id = rig.line->catalogue().tag("a/b/t1", Kind::number, "", false).value();
    ASSERT_TRUE(rig.line->flush(1s));
  }
  Rig again(journal);
  EXPECT_EQ(again.line->catalogue().tag("a/b/t1", Kind::number, "", false).value(), id);
  EXPECT_EQ(again.line->catalogue().search("b t", 2).size(), 2U);
  EXPECT_EQ(again.line->catalogue().search("B T1", 9).size(), 1U);
}

TEST(Table, ReadersKeepTheirCopyWhileTheStageGoesOn) {
  Table<CountRow> table;
  for (std::uint64_t i = 0; i < 200; ++i)
    table.edit("k" + std::to_string(i)).rows = i;
  const auto before = table.publish();
  table.edit("k150").rows = 7;
  const auto after = table.publish();
  const auto row = [](const View& view, std::size_t slot) {
    std::string text;
    JsonWriter out(text);
    view.write_row(slot, out);
    return text;
  };
  EXPECT_EQ(row(*before, 150), R"({"rows":150})");
  EXPECT_EQ(row(*after, 150), R"({"rows":7})");
  std::vector<std::size_t> changed;
  after->changed_since(before->version(), changed);
  EXPECT_EQ(changed, std::vector<std::size_t>{150});
  EXPECT_EQ(after->key(150), "k150");
}

}  // namespace
}  // namespace millwright::flow
