#include <gtest/gtest.h>

#include <algorithm>

#include "base/log.hpp"
#include "keep/ledger/ledger.hpp"
#include "keep/ledger/test_log.hpp"
#include "model/plant.hpp"

namespace millwright::keep {
namespace {

struct LedgerRoutes : testing::Test {
  MemoryDisk disk;
  const math::Signer witness =
      math::Signer::from_seed("w.example", math::KeyKind::cosignature, {9});
  std::unique_ptr<Ledger> ledger;
  std::vector<flow::Route> routes;

  void open(std::uint64_t facts) {
    log::set_level(log::Level::error);
    auto opened =
        Ledger::open("/l", "plant.example/ledger", {}, std::make_unique<MemoryFiles>(disk));
    ASSERT_TRUE(opened);
    ledger = std::move(*opened);
    routes = ledger_routes(*ledger, {witness.key()});
    for (std::uint64_t n = 0; n < facts; ++n)
      ledger->hear(numbered_fact(n));
    ASSERT_TRUE(ledger->flush(30s));
    ASSERT_TRUE(ledger->sign_now());
  }
  Result<flow::Answer> ask(flow::Method method, std::string_view path,
                           const flow::Question& question = {}) {
    const auto found = std::find_if(routes.begin(), routes.end(), [&](const flow::Route& route) {
      return route.method == method && route.path == "/api/v1/ledger" + std::string(path);
    });
    CHECK(found != routes.end());
    return found->answer(question);
  }
  Result<flow::Answer> get(std::string_view path, const flow::Question& question = {}) {
    return ask(flow::Method::get, path, question);
  }
  Result<flow::Answer> tile(const std::string& path) {
    return get("/tile/{path...}", {.parameters = {{"path", path}}});
  }
};

// As a tool of others does: checkpoint, tiles, entries, and nothing else.
TEST_F(LedgerRoutes, AnOutsiderFollowsTheLedgerByItsTiles) {
  open(300);
  const auto note = get("/checkpoint");
  const auto opened = math::open_checkpoint(note->body, ledger->store().key());
  ASSERT_TRUE(opened);
  const std::uint64_t size = opened->checkpoint.tree.size;
  ASSERT_EQ(size, 300U);
  math::Frontier frontier;
  std::string leaf_hashes;
  for (const std::string path : {"entries/000", "entries/001.p/44"}) {
    const std::string bundle = tile(path)->body;
    for (std::size_t at = 0; at < bundle.size();) {
      const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bundle[i]); };
      const std::size_t length = std::size_t{byte(at)} << 8U | byte(at + 1);
      const math::Hash leaf =
          math::leaf_hash(as_bytes(std::string_view(bundle).substr(at + 2, length)));
      frontier.add(leaf);
      leaf_hashes.append(leaf.begin(), leaf.end());
      at += 2 + length;
    }
  }
  EXPECT_EQ((math::TreeHead{frontier.size(), frontier.root()}), opened->checkpoint.tree);
  EXPECT_EQ(tile("0/000")->body + tile("0/001.p/44")->body, leaf_hashes);
  EXPECT_EQ(tile("1/000.p/1")->body.size(), 32U);
  EXPECT_EQ(tile("0/001.p/3")->body, leaf_hashes.substr(8192, 96));
}

TEST_F(LedgerRoutes, WhatIsNotThereIsNotFound) {
  open(300);
  for (const std::string path :
       {"0/001", "0/001.p/45", "0/002.p/1", "entries/001", "entries/001.p/45", "entries/002",
        "1/000", "2/000.p/1", "0/../key", "63/000", "nonsense"})
    EXPECT_EQ(tile(path).error().code, Code::not_found) << path;
  EXPECT_EQ(get("/proof", {.parameters = {{"record", "300"}}}).error().code, Code::not_found);
  EXPECT_EQ(get("/proof", {.parameters = {{"record", "x"}}}).error().code, Code::invalid);
  EXPECT_EQ(get("/consistency", {.parameters = {{"from", "0"}}}).error().code, Code::invalid);
  EXPECT_EQ(get("/consistency", {.parameters = {{"from", "1"}, {"to", "301"}}}).error().code,
            Code::not_found);
}

TEST_F(LedgerRoutes, AProofOfARecordHoldsWithNothingButTheKey) {
  open(300);
  const auto text = get("/proof", {.parameters = {{"record", "123"}, {"format", "text"}}});
  const auto proof = math::read_record_proof(text->body);
  ASSERT_TRUE(proof);
  const auto opened = math::open_checkpoint(proof->note, ledger->store().key());
  ASSERT_TRUE(opened);
  const auto leaf = math::leaf_hash(ledger->store().read(123)->leaf);
  EXPECT_TRUE(math::check_inclusion(proof->index, leaf, opened->checkpoint.tree, proof->proof));
  EXPECT_NE(get("/proof", {.parameters = {{"record", "123"}}})->body.find("\"proof\":["),
            std::string::npos);
  EXPECT_NE(get("/consistency", {.parameters = {{"from", "17"}}})->body.find("\"to\":300"),
            std::string::npos);
}

TEST_F(LedgerRoutes, AWitnessSignsOverHttpAndIsShown) {
  open(20);
  const std::string text = math::read_note(get("/checkpoint")->body)->text;
  flow::Question question;
  question.body = math::to_text(math::Note{text, {witness.cosign(text, 1'790'000'000)}});
  const auto answer = ask(flow::Method::post, "/cosignature", question);
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_TRUE(math::open_checkpoint(answer->body, ledger->store().key()));
  EXPECT_NE(get("")->body.find("\"witnesses\":[{\"name\":\"w.example\",\"records\":20,"
                               "\"at\":\"2026-09-21T14:13:20Z\""),
            std::string::npos)
      << get("")->body;
  question.body = "nonsense";
  EXPECT_EQ(ask(flow::Method::post, "/cosignature", question).error().code, Code::corrupt);
}

TEST_F(LedgerRoutes, RecordsAreShownWithNamesUntilTheyAreErased) {
  open(20);
  flow::Question question;
  question.parameters = {{"from", "8"}, {"count", "1"}};
  EXPECT_NE(get("/records", question)->body.find("\"who\":\"ada\""), std::string::npos);
  flow::Question form;
  form.body = R"({"name": "ada"})";
  ASSERT_TRUE(ask(flow::Method::post, "/forget", form));
  EXPECT_NE(get("/records", question)->body.find("\"who\":\"person:"), std::string::npos);
  EXPECT_EQ(ask(flow::Method::post, "/forget", form).error().code, Code::not_found);
  EXPECT_EQ(get("/records", {.parameters = {{"from", "99"}}})->body, R"({"size":20,"records":[]})");
}

TEST(LedgerSection, AWitnessThatIsNoneIsAProblemWithItsPlace) {
  const std::vector<Section> sections = ledger_sections().sections;
  const auto keys = [&](const std::string& witness, Problems& problems) {
    const std::string text =
        "plant:\n  path: a/b\n  zone: Europe/Berlin\nledger:\n  witnesses: [\"" + witness + "\"]\n";
    const Plant plant = read_plant(text, sections, problems);
    Problems ignored;
    return witnesses_of(plant, ignored);
  };
  Problems good, bad, plain;
  const math::Signer witness = math::Signer::from_seed("w", math::KeyKind::cosignature, {9});
  EXPECT_EQ(keys(math::to_text(witness.key()), good),
            std::vector<math::VerifierKey>{witness.key()});
  EXPECT_TRUE(good.empty()) << to_text(good.list().front(), "plant");
  EXPECT_TRUE(keys("w+12345678+AAAA", bad).empty());
  ASSERT_FALSE(bad.empty());
  EXPECT_EQ(bad.list().front().where, "ledger/witnesses/1");
  EXPECT_EQ(bad.list().front().at.line, 5U);
  const math::Signer note = math::Signer::from_seed("w", math::KeyKind::note, {9});
  EXPECT_TRUE(keys(math::to_text(note.key()), plain).empty());
  EXPECT_FALSE(plain.empty());
}

}  // namespace
}  // namespace millwright::keep
