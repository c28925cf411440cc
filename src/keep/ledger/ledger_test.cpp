#include "keep/ledger/ledger.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/log.hpp"
#include "keep/ledger/test_log.hpp"
#include "keep/ledger/verify.hpp"
#include "model/calendar.hpp"
#include "model/described_bytes.hpp"

namespace millwright::keep {
namespace {

constexpr Duration bound = 30s;

// Nobody asks a ledger for words, timers or jobs.
class NoOutbox final : public flow::Outbox {
 public:
  void say(What, Instant) override { FAIL(); }
  void wake_at(Instant, std::uint64_t) override { FAIL(); }
  void start(flow::Job) override { FAIL(); }
};

struct LedgerTest : testing::Test {
  MemoryDisk disk;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<flow::Stage> stage;
  NoOutbox out;

  void open(MemoryFiles::Fault fault = {}) {
    log::set_level(log::Level::error);
    LedgerSettings settings;
    settings.retry_every = 1ms;
    auto opened = Ledger::open("/l", "plant.example/ledger", settings,
                               std::make_unique<MemoryFiles>(disk, std::move(fault)));
    ASSERT_TRUE(opened) << opened.error().what;
    ledger = std::move(*opened);
    stage = ledger_stage(*ledger);
  }
  void hear(std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t n = from; n < to; ++n)
      stage->hear(numbered_fact(n), out);
    stage->settle(numbered_fact(to - 1).id.input());
    ASSERT_TRUE(ledger->flush(bound));
  }
  Bytes snapshot() {
    Bytes bytes;
    Writer writer(bytes);
    stage->save(writer);
    return bytes;
  }
  void restart() {
    stage.reset();
    ledger.reset();
    open();
  }
};

TEST_F(LedgerTest, EveryEventIsARecordAndReadingsAndTimersAreNot) {
  open();
  Fact readings = numbered_fact(0);
  readings.what = Readings();
  Fact woke = numbered_fact(1);
  woke.what = fact::Line(fact::Woke{"x", {}, 1});
  stage->hear(readings, out);
  stage->hear(woke, out);
  hear(2, 12);
  EXPECT_EQ(ledger->store().size(), 10U);
  const Record record = ledger->store().read(0).value();
  EXPECT_EQ(record.id, numbered_fact(2).id);
  EXPECT_EQ(record.cause, numbered_fact(2).cause);
  EXPECT_EQ(record.happened, numbered_fact(2).happened);
  EXPECT_EQ(record.learned, numbered_fact(2).learned);
  EXPECT_EQ(record.kind, "state_changed");
  EXPECT_EQ(stage->kept(), numbered_fact(11).id.input());
}

// Notes when it is to be woken.
class WakeOutbox final : public flow::Outbox {
 public:
  void say(What, Instant) override { FAIL(); }
  void wake_at(Instant at, std::uint64_t) override { wakes.push_back(at); }
  void start(flow::Job) override { FAIL(); }
  std::vector<Instant> wakes;
};

TEST_F(LedgerTest, WhatAShiftLeavesUnsignedIsSignedWhenItHandsOver) {
  open();
  Problems problems;
  const auto plant = std::make_shared<const Plant>(read_plant(
      "plant: {path: a/b}\n"
      "shifts: [{name: early, days: [mon, tue, wed, thu, fri, sat, sun], from: \"06:00\", "
      "to: \"14:00\"}]\n",
      calendar_sections(), problems));
  ASSERT_TRUE(problems.empty());
  Fact changed = numbered_fact(0);  // 2026-09-21 at 14:13:20
  changed.what = fact::Line(fact::PlantChanged{"", plant});
  WakeOutbox wakes;
  stage->hear(changed, wakes);
  const Instant first = to_instant("2026-09-22T14:00:00Z").value();
  EXPECT_EQ(wakes.wakes, std::vector<Instant>{first});
  hear(1, 20);
  EXPECT_EQ(ledger->figures().records, 20U);
  EXPECT_EQ(ledger->figures().signed_records, 0U);
  Fact woke = numbered_fact(20);
  woke.learned = first;
  woke.what = fact::Line(fact::Woke{"ledger", first - 1s, 0});
  stage->hear(woke, wakes);  // of an older plant file
  ASSERT_TRUE(ledger->flush(bound));
  EXPECT_EQ(ledger->figures().signed_records, 0U);
  woke.what = fact::Line(fact::Woke{"ledger", first, 0});
  stage->hear(woke, wakes);
  stage->hear(woke, wakes);
  ASSERT_TRUE(ledger->flush(bound));
  EXPECT_EQ(ledger->figures().signed_records, 20U);
  EXPECT_EQ(wakes.wakes, (std::vector<Instant>{first, first + 24h}));
}

TEST_F(LedgerTest, AReplayStoresNothingTwiceAndIsComparedWithWhatIsThere) {
  open();
  hear(0, 600);
  restart();
  hear(300, 700);
  EXPECT_EQ(ledger->store().size(), 700U);
  EXPECT_EQ(ledger->figures().compared, 300U);
  EXPECT_EQ(ledger->figures().different, 0U);
  EXPECT_EQ(ledger->figures().trouble, "");
  for (std::uint64_t n = 0; n < 700; n += 99)
    EXPECT_EQ(ledger->store().read(n)->id, numbered_fact(n).id);
}

TEST_F(LedgerTest, AReplayThatSaysOtherwiseIsAnAlarmAndNothingIsOverwritten) {
  open();
  hear(0, 100);
  restart();
  for (std::uint64_t n = 50; n < 100; ++n) {
    Fact fact = numbered_fact(n);
    if (n == 70) fact.happened += 1s;
    if (n != 80) stage->hear(fact, out);  // and one is not said at all
  }
  hear(100, 110);
  EXPECT_EQ(ledger->store().size(), 110U);
  EXPECT_EQ(ledger->figures().different, 2U);
  EXPECT_NE(ledger->figures().trouble.find("with input 71"), std::string::npos);
  EXPECT_EQ(ledger->store().read(70)->happened, numbered_fact(70).happened);
}

TEST_F(LedgerTest, TheDiskMayFailForAWhileAndNothingIsMissing) {
  std::atomic<std::size_t> calls{0};
  open([&](const char*, std::size_t) { return ++calls > 30 && calls < 60 ? EIO : 0; });
  for (std::uint64_t n = 0; n < 40; ++n)
    hear(n * 10, n * 10 + 10);
  EXPECT_EQ(ledger->store().size(), 400U);
  EXPECT_GT(calls, 60U);
  EXPECT_EQ(ledger->figures().trouble, "");
  EXPECT_EQ(ledger->figures().different, 0U);
}

TEST_F(LedgerTest, TheStageGivesBackItsSnapshotByteForByteAndKnowsAMissingTail) {
  open();
  hear(0, 50);
  const Bytes saved = snapshot();
  restart();
  Reader in(saved);
  // What a stage hears before load(): the plant of the snapshot's time, said long ago.
  Fact plant = numbered_fact(49);
  plant.what = fact::Line(fact::PlantChanged{"plant: x\n", nullptr});
  stage->hear(plant, out);
  ASSERT_TRUE(stage->load(in));
  EXPECT_EQ(snapshot(), saved);
  stage->settle({51});
  ASSERT_TRUE(ledger->flush(bound));
  EXPECT_EQ(ledger->store().size(), 50U);
  EXPECT_EQ(ledger->figures().compared, 0U);
  // The tail was lost together with the checkpoint, as if an older copy had been put back.
  stage.reset();
  ledger.reset();
  disk = MemoryDisk();
  open();
  hear(0, 10);
  Reader again(saved);
  const Outcome loaded = ledger_stage(*ledger)->load(again);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, Code::corrupt);
}

TEST_F(LedgerTest, WhatIsNotSignedIsSignedAtTheEndAndEveryHundredRecords) {
  open();
  hear(0, 99);
  EXPECT_EQ(ledger->store().newest().size, 0U);
  hear(99, 130);  // in one group or in several
  const std::uint64_t first = ledger->store().newest().size;
  EXPECT_GE(first, 100U);
  hear(130, 160);
  EXPECT_EQ(ledger->store().newest().size, first);
  ASSERT_TRUE(ledger->sign_now());
  EXPECT_EQ(ledger->store().newest().size, 160U);
  hear(160, 165);
  restart();
  EXPECT_EQ(ledger->store().newest().size, 165U);
}

TEST_F(LedgerTest, ANameCanBeErasedAndTheTreeStaysWhole) {
  open();
  hear(0, 120);
  ASSERT_TRUE(ledger->sign_now());
  const Record record = ledger->store().read(8).value();
  const std::string stored_name =
      "\x03"
      "ada";  // with its length: hexadecimal digits spell ada too
  for (const std::string& name : disk.names()) {
    const Bytes& bytes = disk.bytes(name);
    const std::string text(bytes.begin(), bytes.end());
    EXPECT_EQ(text.find(stored_name) != std::string::npos, name == "/l/people") << name;
  }
  Reader in(record.content);
  What said = read_what(in).value();
  std::string reference;
  each_person(said, [&](std::string& name) { reference = name; });
  EXPECT_EQ(ledger->people().name_of(reference), "ada");
  ASSERT_TRUE(ledger->people().erase("ada"));
  EXPECT_FALSE(ledger->people().name_of(reference));
  EXPECT_FALSE(ledger->people().erase("ada"));
  const Bytes& people = disk.bytes("/l/people");
  EXPECT_EQ(std::string(people.begin(), people.end()).find(stored_name), std::string::npos);
  MemoryFiles files(disk);
  const auto report = verify_ledger(files, "/l", {ledger->store().key(), {}, {}});
  EXPECT_TRUE(report && report->problems.empty());
  // A replay that still knows the name is no alarm; what comes new is a new reference.
  restart();
  hear(0, 130);
  EXPECT_EQ(ledger->figures().compared, 120U);
  EXPECT_EQ(ledger->figures().different, 0U);
  EXPECT_TRUE(ledger->people().is_erased(reference));
  EXPECT_EQ(ledger->people().known(), 2U);
}

TEST_F(LedgerTest, OnTheDiskTheKeyIsForItsOwnerAlone) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / "millwright_ledger_key";
  std::filesystem::remove_all(folder);
  {
    auto opened = Ledger::open(folder, "plant.example/ledger");
    ASSERT_TRUE(opened) << opened.error().what;
    for (std::uint64_t n = 0; n < 300; ++n)
      (*opened)->hear(numbered_fact(n));
    EXPECT_FALSE(Ledger::open(folder, "plant.example/ledger"));  // it is in use
  }
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(folder / "key").permissions(), perms(0600));
  Files files;
  const auto report = verify_ledger(files, folder.string(), {});
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->problems.empty());
  EXPECT_EQ(report->signed_records, 300U);
  EXPECT_EQ(report->tiles, 1U);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace millwright::keep
