#include "serve/access/access.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <sstream>

namespace millwright::serve {
namespace {

class AccessTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "millwright-access-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  std::unique_ptr<AccessStore> open(Loopback loopback = Loopback::asked) {
    return AccessStore::open(folder, loopback).value();
  }
  std::string all_files() const {
    std::ostringstream text;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      text << std::ifstream(entry.path()).rdbuf();
    return text.str();
  }
  std::filesystem::path folder;
};

TEST_F(AccessTest, ACodeSignsInOnce) {
  const auto store = open();
  const std::string code = store->make_code().value();
  const std::string session = store->sign_in(code).value();
  EXPECT_EQ(store->who({.session = session})->role, flow::Role::admin);
  EXPECT_NE(store->sign_in(code).error().what.find("millwright link"), std::string::npos);
}
TEST_F(AccessTest, ASessionOutlivesARestartUntilItSignsOut) {
  std::string session;
  {
    const auto store = open();
    session = store->sign_in(store->make_code().value()).value();
  }
  const auto store = open();
  EXPECT_TRUE(store->who({.session = session}));
  store->sign_out(session);
  EXPECT_FALSE(store->who({.session = session}));
  EXPECT_FALSE(open()->who({.session = session}));
}
TEST_F(AccessTest, ATokenMadeByAnotherProcessIsKnownAtOnce) {
  const auto server = open();
  const std::string token = open()->make_token("telegraf", flow::Role::writer).value();
  const auto person = server->who({.token = token});
  ASSERT_TRUE(person);
  EXPECT_EQ(person->name, "telegraf");
  EXPECT_TRUE(flow::may(person->role, flow::Permission::write));
  EXPECT_FALSE(flow::may(person->role, flow::Permission::administer));
}
TEST_F(AccessTest, NoFileHoldsASecret) {
  const auto store = open();
  const std::string code = store->make_code().value();
  const std::string token = store->make_token("p", flow::Role::viewer).value();
  const std::string session = store->sign_in(code).value();
  for (const std::string& secret : {code, token, session})
    EXPECT_EQ(all_files().find(secret), std::string::npos);
}
TEST_F(AccessTest, LoopbackIsTrustedOnlyWhenAsked) {
  EXPECT_FALSE(open()->who({.is_loopback = true}));
  const auto trusting = open(Loopback::trusted);
  EXPECT_TRUE(trusting->who({.is_loopback = true}));
  EXPECT_FALSE(trusting->who({.is_loopback = false}));
}
TEST_F(AccessTest, AnUnknownSecretIsNobody) {
  const auto store = open();
  EXPECT_FALSE(store->who({.session = "x"}));
  EXPECT_FALSE(store->who({.token = ""}));
  EXPECT_EQ(store->sign_in("guess").error().code, Code::refused);
}

}  // namespace
}  // namespace millwright::serve
