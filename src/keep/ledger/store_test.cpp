#include "keep/ledger/store.hpp"

#include <gtest/gtest.h>

#include "base/memory_files.hpp"
#include "keep/ledger/test_facts.hpp"

namespace millwright::keep {
namespace {

const StoreSettings small{512, 1U << 20U};

struct Bench {
  MemoryDisk disk;
  std::unique_ptr<MemoryFiles> files = std::make_unique<MemoryFiles>(disk);
  std::unique_ptr<Store> store = open();

  std::unique_ptr<Store> open() {
    auto opened = Store::open(*files, "/l", "plant.example/ledger", small);
    EXPECT_TRUE(opened) << opened.error().what;
    return std::move(*opened);
  }
  void add(std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t n = from; n < to; ++n)
      ASSERT_TRUE(store->append(numbered_record(n)));
    ASSERT_TRUE(store->commit());
  }
  std::string what_open_says() {
    store.reset();
    files = std::make_unique<MemoryFiles>(disk);
    auto opened = Store::open(*files, "/l", "plant.example/ledger", small);
    return opened ? "" : opened.error().what;
  }
};

math::Hash root_of(std::uint64_t size) {
  math::Frontier frontier;
  for (std::uint64_t n = 0; n < size; ++n)
    frontier.add(math::leaf_hash(numbered_record(n).leaf));
  return frontier.root();
}

TEST(LedgerStore, WhatWasCommittedIsReadBackBySizeAndAfterOpeningAgain) {
  Bench bench;
  bench.add(0, 700);
  bench.add(700, 1300);
  for (int round = 0; round < 2; ++round) {
    ASSERT_EQ(bench.store->size(), 1300U);
    EXPECT_EQ(bench.store->last(), numbered_fact(1299).id);
    for (const std::uint64_t n : {0U, 255U, 256U, 511U, 512U, 1023U, 1024U, 1299U})
      EXPECT_EQ(bench.store->read(n)->leaf, numbered_record(n).leaf) << n;
    EXPECT_EQ(bench.store->read(1300).error().code, Code::not_found);
    for (const std::uint64_t size : {1U, 256U, 512U, 700U, 1024U, 1300U})
      EXPECT_EQ(math::tree_root(size, bench.store->nodes(size)).value(), root_of(size)) << size;
    bench.store = bench.open();
  }
}

TEST(LedgerStore, ACheckpointIsSignedWhenThereIsMoreAndOpensWithTheKey) {
  Bench bench;
  ASSERT_TRUE(bench.store->sign());
  EXPECT_EQ(bench.store->newest().note, "");
  bench.add(0, 3);
  ASSERT_TRUE(bench.store->sign());
  const auto opened = math::open_checkpoint(bench.store->newest().note, bench.store->key());
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->checkpoint.tree, (math::TreeHead{3, root_of(3)}));
  EXPECT_EQ(opened->checkpoint.origin, "plant.example/ledger");
  const math::VerifierKey key = bench.store->key();
  bench.store = bench.open();
  EXPECT_EQ(bench.store->key(), key);
  EXPECT_EQ(bench.store->newest().size, 3U);
}

TEST(LedgerStore, ALargeFactIsInTheTreeByItsDigest) {
  Bench bench;
  Fact fact = numbered_fact(0);
  fact.what = fact::Line(fact::PlantChanged{std::string(100'000, 'p'), nullptr});
  const Record record = make_record(fact, [](const std::string& name) { return name; });
  EXPECT_LT(record.leaf.size(), 200U);
  ASSERT_TRUE(bench.store->append(record) && bench.store->commit());
  EXPECT_EQ(bench.store->read(0)->content, record.content);
  // Other bytes under the same digest are found out.
  Bytes& stored = bench.disk.bytes("/l/" + records_name(0));
  Bytes forged(stored.begin(), stored.begin() + frames::header_size);
  frames::append(forged, 0, record.leaf, Bytes(record.attached.size(), 'q'));
  stored = forged;
  EXPECT_EQ(bench.store->read(0).error().what,
            "what is attached to a record is not what the record says");
}

TEST(LedgerStore, TilesOfFullFilesAreThereAndGrowingOnesInMemory) {
  Bench bench;
  bench.add(0, 600);
  EXPECT_TRUE(read_tile(*bench.files, "/l", 0, 0));
  EXPECT_TRUE(read_tile(*bench.files, "/l", 0, 1));
  EXPECT_FALSE(read_tile(*bench.files, "/l", 0, 2));
  EXPECT_EQ(bench.store->tile({0, 2, 88})->size(), 88U);
  EXPECT_EQ(bench.store->tile({0, 2, 5})->size(), 5U);
  EXPECT_EQ(bench.store->tile({0, 2, 89}).error().code, Code::not_found);
  EXPECT_EQ(bench.store->tile({0, 1, 256})->size(), 256U);
  EXPECT_EQ(bench.store->tile({0, 1, 7})->size(), 7U);
  EXPECT_EQ(bench.store->tile({1, 0, 2})->size(), 2U);
  EXPECT_FALSE(bench.store->tile({1, 0, 256}));
}

TEST(LedgerStore, RecordsAreFoundByTheirFact) {
  Bench bench;
  bench.add(0, 1300);
  for (const std::uint64_t n : {0U, 1U, 300U, 512U, 1299U}) {
    EXPECT_EQ(bench.store->find(numbered_fact(n).id).value(), n);
    EXPECT_EQ(bench.store->find({numbered_fact(n).id.value + 1}).value(), n + 1);
  }
  EXPECT_EQ(bench.store->find({0}).value(), 0U);
}

TEST(LedgerStore, ATornTailIsCutAndSaidAgain) {
  Bench bench;
  bench.add(0, 10);
  ASSERT_TRUE(bench.store->sign());
  bench.add(10, 20);
  Bytes& stored = bench.disk.bytes("/l/" + records_name(0));
  stored.resize(stored.size() - 20);
  bench.store.reset();
  bench.store = bench.open();
  EXPECT_EQ(bench.store->size(), 19U);
  bench.add(19, 20);
  EXPECT_EQ(math::tree_root(20, bench.store->nodes(20)).value(), root_of(20));
}

TEST(LedgerStore, WhatWasSignedAndIsNotThereIsAnError) {
  Bench bench;
  bench.add(0, 20);
  ASSERT_TRUE(bench.store->sign());
  Bytes& stored = bench.disk.bytes("/l/" + records_name(0));
  const Bytes good = stored;
  stored.resize(stored.size() - 20);
  EXPECT_NE(bench.what_open_says().find("holds 19 records, and 20 were signed"), std::string::npos);
  // A record with another content and a good checksum.
  stored = good;
  Bytes forged(good.begin(), good.begin() + frames::header_size);
  for (std::uint64_t n = 0; n < 20; ++n)
    frames::append(forged, n, numbered_record(n == 7 ? 8 : n).leaf, {});
  stored = forged;
  EXPECT_NE(bench.what_open_says().find("the first 20 records are not those that were signed"),
            std::string::npos);
  stored = good;
  EXPECT_EQ(bench.what_open_says(), "");
}

TEST(LedgerStore, AMissingTileOfAFullFileIsAnError) {
  Bench bench;
  bench.add(0, 600);
  bench.disk.bytes("/l/tile/0/001").clear();
  EXPECT_NE(bench.what_open_says().find("/l/tile/0/001 is missing or damaged"), std::string::npos);
}

TEST(LedgerStore, AWitnessSignsWhatIsSignedHereAndNothingElse) {
  Bench bench;
  bench.add(0, 30);
  ASSERT_TRUE(bench.store->sign());
  const math::Signer witness = math::Signer::from_seed("w", math::KeyKind::cosignature, {9});
  const std::vector<math::VerifierKey> known{witness.key()};
  const auto note_of = [&](std::uint64_t size, const math::Hash& root, const std::string& origin) {
    const std::string text = math::to_text(math::Checkpoint{origin, {size, root}, {}});
    return math::to_text(math::Note{text, {witness.cosign(text, 1'790'000'000)}});
  };
  const std::string origin = "plant.example/ledger";
  const auto good = bench.store->cosign(note_of(20, root_of(20), origin), known);
  ASSERT_TRUE(good) << good.error().what;
  const auto opened = math::open_checkpoint(*good, bench.store->key(), known);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->witnesses.size(), 1U);
  EXPECT_EQ(bench.store->cosigned(), std::vector<std::string>{*good});
  EXPECT_EQ(bench.store->cosign(note_of(20, root_of(19), origin), known).error().code,
            Code::refused);
  EXPECT_EQ(bench.store->cosign(note_of(31, root_of(31), origin), known).error().what,
            "this checkpoint has 31 records, and 30 are signed here");
  EXPECT_FALSE(bench.store->cosign(note_of(20, root_of(20), "other"), known));
  EXPECT_EQ(bench.store->cosign(note_of(20, root_of(20), origin), {}).error().what,
            "no line is signed by a witness that the plant file names in ledger: witnesses");
  bench.store = bench.open();
  EXPECT_EQ(bench.store->cosigned(), std::vector<std::string>{*good});
}

}  // namespace
}  // namespace millwright::keep
