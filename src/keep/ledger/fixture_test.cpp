// What the verifier in the page is tested with (web/src/ledger/attacks.json): small ledgers as
// static files, each after one of the eight attacks by somebody who has the private key, with the
// checkpoint that an auditor kept. Made anew with
//   MILLWRIGHT_WRITE_FIXTURE=web/src/ledger/attacks.json keep_ledger_test
//   --gtest_filter='LedgerFixture.*'

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/json.hpp"
#include "keep/ledger/test_log.hpp"

namespace millwright::keep {
namespace {

constexpr std::uint64_t old_size = 12, new_size = 20, large_size = 300;

std::string bytes_of(std::string_view text) {
  return math::to_base64(as_bytes(text));
}

// As the routes give them, and an outsider's copy has them.
void write_files(JsonWriter& out, const Store& store) {
  out.key("files").begin_object();
  out.member("checkpoint", std::string_view(bytes_of(store.newest().note)));
  for (unsigned level = 0; store.size() >> (level * math::tile_height) > 0; ++level) {
    for (std::uint64_t i = 0; const auto width = math::width_in(level, i, store.size()); ++i) {
      std::string hashes;
      const auto tile = store.tile({level, i, *width}).value();
      for (const math::Hash& hash : tile)
        hashes.append(hash.begin(), hash.end());
      out.member(math::tile_path({level, i, *width}), std::string_view(bytes_of(hashes)));
      if (level > 0) continue;
      std::string bundle;
      const auto records = store.read_bundle(i * math::tile_width).value();
      for (const Record& record : records) {
        bundle.push_back(static_cast<char>(record.leaf.size() >> 8U));
        bundle.push_back(static_cast<char>(record.leaf.size() & 0xFFU));
        bundle.append(record.leaf.begin(), record.leaf.end());
      }
      out.member(math::entries_path({0, i, *width}), std::string_view(bytes_of(bundle)));
    }
  }
  out.end_object();
}

Record forged(std::uint64_t n, std::uint64_t id) {
  Fact fact = numbered_fact(n);
  fact.id = {id};
  fact.what = fact::Source(fact::ReadingsDropped{SourceId{1}, 7, "forged"});
  return make_record(fact, [](const std::string& name) { return name; });
}

struct Forgery {
  const char* name;
  std::vector<Record> records;
};

std::vector<Forgery> forgeries() {
  const auto good = numbered_records(0, new_size);
  std::vector<Forgery> all{{"honest", good},
                           {"honest with full tiles", numbered_records(0, large_size)},
                           {"modify", good},
                           {"delete", good},
                           {"insert", good},
                           {"swap", good},
                           {"truncate", numbered_records(0, old_size - 1)},
                           {"fork", good}};
  all[2].records[5] = forged(5, good[5].id.value);
  all[3].records.erase(all[3].records.begin() + 5);
  all[4].records.insert(all[4].records.begin() + 5, forged(4, good[4].id.value + 1));
  Fact a = numbered_fact(5), b = numbered_fact(6);
  std::swap(a.what, b.what);
  const Refer refer = [](const std::string& name) { return "person:" + name; };
  all[5].records[5] = make_record(a, refer);
  all[5].records[6] = make_record(b, refer);
  for (std::uint64_t n = 7; n < new_size; ++n)
    all[7].records[n] = forged(n, good[n].id.value);
  return all;
}

void write_log(JsonWriter& out, const char* name, const std::string& trusted, const Store& store) {
  out.begin_object().member("name", name).member("trusted", std::string_view(trusted));
  write_files(out, store);
  out.end_object();
}

std::string fixture() {
  TestLog honest(1);
  honest.add(numbered_records(0, old_size));
  const std::string old_note = honest.note();
  std::string text;
  JsonWriter out(text);
  out.begin_object().member("key", std::string_view(math::to_text(honest.store->key())));
  out.key("logs").begin_list();
  for (const Forgery& forgery : forgeries()) {
    TestLog log(1);
    log.add(forgery.records);
    write_log(out, forgery.name, old_note, *log.store);
  }
  // The auditor kept a newer one than the ledger shows.
  TestLog newer(1), other(2);
  newer.add(numbered_records(0, new_size));
  write_log(out, "old checkpoint", newer.note(), *honest.store);
  other.add(numbered_records(0, new_size));
  write_log(out, "other key", old_note, *other.store);
  out.end_list().end_object();
  return text + "\n";
}

TEST(LedgerFixture, TheFixtureOfThePageIsWhatThisTestWrites) {
  const std::string text = fixture();
  // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread.
  if (const char* const path = std::getenv("MILLWRIGHT_WRITE_FIXTURE"))
    std::ofstream(path, std::ios::binary) << text;
  std::ifstream file("web/src/ledger/attacks.json", std::ios::binary);
  std::ostringstream stored;
  stored << file.rdbuf();
  EXPECT_TRUE(stored.str() == text) << "write it anew: see the head of fixture_test.cpp";
}

}  // namespace
}  // namespace millwright::keep
