// The eight attacks on a written ledger, by somebody who has the disk and the private key, against
// an auditor who kept the public key and an old checkpoint elsewhere; and by somebody without the
// key.

#include <gtest/gtest.h>

#include <random>

#include "keep/ledger/test_log.hpp"
#include "keep/ledger/verify.hpp"

namespace millwright::keep {
namespace {

constexpr std::uint64_t old_size = 700, new_size = 1000;
const StoreSettings small{512, 1U << 20U};

struct Honest {
  TestLog log{1, small};
  std::string old_note, new_note;
  Honest() {
    log.add(numbered_records(0, old_size));
    old_note = log.note();
    log.add(numbered_records(old_size, new_size));
    new_note = log.note();
  }
};

AuditReport audit(TestLog& log, const Audit& audit) {
  auto report = verify_ledger(*log.files, "/l", audit);
  EXPECT_TRUE(report);
  return std::move(*report);
}

Audit auditor(const Honest& honest, const std::string& note) {
  return {honest.log.store->key(), {note}, {}};
}

Record changed(const Record& record, std::uint64_t id) {
  Fact fact = numbered_fact(1);
  fact.id = {id};
  fact.what = fact::Source(fact::ReadingsDropped{SourceId{1}, 7, "forged"});
  fact.learned = record.learned;
  return make_record(fact, [](const std::string& name) { return name; });
}

// The record between n - 1 and n that never was.
Record forged_before(std::uint64_t n) {
  return changed(numbered_record(n - 1), numbered_record(n - 1).id.value + 1);
}

TEST(LedgerAttack, AnHonestLedgerHasNoProblems) {
  Honest honest;
  for (const std::string& note : {honest.old_note, honest.new_note}) {
    const AuditReport report = audit(honest.log, auditor(honest, note));
    EXPECT_TRUE(report.problems.empty()) << report.problems.front();
    EXPECT_EQ(report.records, new_size);
    EXPECT_EQ(report.signed_records, new_size);
    EXPECT_EQ(report.trusted, 1U);
    EXPECT_EQ(report.tiles, 3U);
    EXPECT_EQ(report.from, numbered_fact(0).learned);
    EXPECT_EQ(report.to, numbered_fact(new_size - 1).learned);
  }
}

// Each as a whole new history, signed with the stolen key.
using Forge = std::function<void(std::vector<Record>&, std::uint64_t at)>;
void expect_found_at_every_place(const Forge& forge) {
  const Honest honest;
  for (std::uint64_t at = 1; at + 1 < old_size; at += 43) {
    std::vector<Record> records = numbered_records(0, new_size);
    forge(records, at);
    TestLog log(1, small);
    log.add(records);
    const AuditReport report = audit(log, auditor(honest, honest.old_note));
    EXPECT_FALSE(report.problems.empty()) << at;
    EXPECT_EQ(report.trusted, 0U) << at;
    // Without a checkpoint from elsewhere nothing shows: that is what witnesses are for.
    EXPECT_TRUE(audit(log, {honest.log.store->key(), {}, {}}).problems.empty()) << at;
  }
}

TEST(LedgerAttack, AModifiedRecordIsFound) {
  expect_found_at_every_place([](std::vector<Record>& records, std::uint64_t at) {
    records[at] = changed(records[at], records[at].id.value);
  });
}
TEST(LedgerAttack, ADeletedRecordIsFound) {
  expect_found_at_every_place([](std::vector<Record>& records, std::uint64_t at) {
    records.erase(records.begin() + static_cast<std::ptrdiff_t>(at));
  });
}
TEST(LedgerAttack, AnInsertedRecordIsFound) {
  expect_found_at_every_place([](std::vector<Record>& records, std::uint64_t at) {
    records.insert(records.begin() + static_cast<std::ptrdiff_t>(at), forged_before(at));
  });
}
TEST(LedgerAttack, TwoSwappedRecordsAreFound) {
  // Only what they say changes places: their numbers and times stay in order.
  expect_found_at_every_place([](std::vector<Record>& records, std::uint64_t at) {
    Fact a = numbered_fact(at), b = numbered_fact(at + 1);
    std::swap(a.what, b.what);
    const Refer refer = [](const std::string& name) { return "person:" + name; };
    records[at] = make_record(a, refer);
    records[at + 1] = make_record(b, refer);
  });
}
TEST(LedgerAttack, AForkOfTheSameSizeIsFound) {
  // All after record `at` is another history.
  expect_found_at_every_place([](std::vector<Record>& records, std::uint64_t at) {
    for (std::uint64_t n = at; n < records.size(); ++n)
      records[n] = changed(records[n], records[n].id.value);
  });
}

TEST(LedgerAttack, ATruncatedLedgerIsFound) {
  const Honest honest;
  for (std::uint64_t size = 1; size < old_size; size += 61) {
    TestLog log(1, small);
    log.add(numbered_records(0, size));
    const AuditReport report = audit(log, auditor(honest, honest.old_note));
    ASSERT_FALSE(report.problems.empty()) << size;
    EXPECT_EQ(report.problems.front(), "the ledger holds " + std::to_string(size) +
                                           " records, and checkpoint 1 that was brought was signed "
                                           "over 700");
  }
}

TEST(LedgerAttack, AnOldCheckpointInPlaceOfTheNewestIsFound) {
  Honest honest;
  honest.log.disk.bytes("/l/checkpoint").assign(honest.old_note.begin(), honest.old_note.end());
  const AuditReport report = audit(honest.log, auditor(honest, honest.new_note));
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_EQ(report.problems.front(), "/l/checkpoint is older than checkpoint 1 that was brought");
}

TEST(LedgerAttack, AnotherKeyIsFound) {
  const Honest honest;
  TestLog log(2, small);
  log.add(numbered_records(0, new_size));
  const AuditReport report = audit(log, auditor(honest, honest.old_note));
  ASSERT_FALSE(report.problems.empty());
  EXPECT_EQ(report.problems.front(), "/l/checkpoint: the key " +
                                         math::to_text(honest.log.store->key()) +
                                         " did not sign this checkpoint");
  // A checkpoint of the other key is no proof either.
  EXPECT_FALSE(audit(log, auditor(honest, log.note())).problems.empty());
}

// Without the key: any byte of any file, with checksums made good again where it is a record.
TEST(LedgerAttack, WithoutTheKeyAnyChangedBitIsFoundOrHarmless) {
  std::mt19937_64 random(7);
  std::size_t found = 0, harmless = 0, harmless_tiles = 0;
  Honest honest;
  const Audit brought = auditor(honest, honest.new_note);
  for (int i = 0; i < 300; ++i) {
    const std::vector<std::string> names = honest.log.disk.names();
    const std::string& name = names[random() % names.size()];
    if (name == "/l/key" || name == "/l/key.pub") continue;
    Bytes& bytes = honest.log.disk.bytes(name);
    const std::size_t at = random() % bytes.size();
    const auto bit = static_cast<std::uint8_t>(1U << (random() % 8));
    bytes[at] ^= bit;
    const AuditReport report = audit(honest.log, brought);
    const bool is_seen = !report.problems.empty();
    ++(is_seen ? found : harmless);
    // Harmless: zeros that fill a place, which nobody reads; and a tile of the last file, which the
    // next start makes again. The records are whole then.
    EXPECT_TRUE(is_seen || report.records == new_size) << name << " byte " << at;
    EXPECT_EQ(report.tiles_to_make, name == "/l/tile/0/002" ? 1U : 0U) << name << " byte " << at;
    harmless_tiles += report.tiles_to_make;
    bytes[at] ^= bit;
  }
  EXPECT_GT(found, 150U);
  EXPECT_LT(harmless - harmless_tiles, 15U);
}

TEST(LedgerAttack, ARecordMadeGoodAgainWithoutTheKeyIsFoundAtEveryPlace) {
  Honest honest;
  for (std::uint64_t at = 0; at < 512; at += 17) {
    Bytes& bytes = honest.log.disk.bytes("/l/" + records_name(0));
    const Bytes good = bytes;
    Bytes forged(good.begin(), good.begin() + frames::header_size);
    std::size_t place = frames::header_size;
    for (std::uint64_t n = 0; n < 512; ++n) {
      const auto frame = frames::frame_at(good, place);
      Bytes leaf(frame->leaf.begin(), frame->leaf.end());
      if (n == at) leaf.back() ^= 1;
      frames::append(forged, n, leaf, {});
      place = frame->end;
    }
    forged.insert(forged.end(), good.begin() + static_cast<std::ptrdiff_t>(place), good.end());
    bytes = forged;
    EXPECT_FALSE(audit(honest.log, {}).problems.empty()) << at;
    bytes = good;
  }
}

}  // namespace
}  // namespace millwright::keep
