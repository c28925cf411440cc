#include "net/tls/tls.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace millwright::net {
namespace {

class Tls : public testing::Test {
 protected:
  Tls() {
    std::string name = testing::TempDir() + "tlsXXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~Tls() override { std::filesystem::remove_all(folder_); }

  SelfSigned settings(KeyKind kind = KeyKind::p256) const {
    SelfSigned made;
    made.certificate_file = folder_ + "/cert.pem";
    made.key_file = folder_ + "/key.pem";
    made.hosts = {"localhost", "127.0.0.1"};
    made.from = to_instant("2026-11-22T00:00:00Z").value();
    made.kind = kind;
    return made;
  }
  std::string folder_;
};

TEST_F(Tls, ASelfSignedPairServesAndIsTrustedAsItsOwnAuthority) {
  for (const KeyKind kind : {KeyKind::p256, KeyKind::rsa2048}) {
    const SelfSigned made = settings(kind);
    ASSERT_TRUE(make_self_signed(made));
    EXPECT_TRUE(TlsContext::server(made.certificate_file, made.key_file));
    EXPECT_TRUE(TlsContext::client(made.certificate_file));
    std::filesystem::remove(made.certificate_file);
    std::filesystem::remove(made.key_file);
  }
}

TEST_F(Tls, ThePairIsMadeOnceAndKept) {
  const SelfSigned made = settings();
  ASSERT_TRUE(make_self_signed(made));
  const std::string first = fingerprint(made.certificate_file).value();
  EXPECT_EQ(first.size(), 32U * 3 - 1);
  ASSERT_TRUE(make_self_signed(made));
  EXPECT_EQ(fingerprint(made.certificate_file).value(), first);
}

TEST_F(Tls, TheKeyIsReadableByItsOwnerAlone) {
  ASSERT_TRUE(make_self_signed(settings()));
  struct stat status {};
  ASSERT_EQ(::stat(settings().key_file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(Tls, ALoneKeyOrCertificateIsNotOverwritten) {
  ASSERT_TRUE(make_self_signed(settings()));
  std::filesystem::remove(settings().certificate_file);
  const Outcome again = make_self_signed(settings());
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().what.find("only one is there"), std::string::npos);
}

TEST_F(Tls, AKeyOfAnotherCertificateIsRefusedByName) {
  SelfSigned other = settings();
  other.certificate_file = folder_ + "/other.pem";
  other.key_file = folder_ + "/other.key";
  ASSERT_TRUE(make_self_signed(settings()));
  ASSERT_TRUE(make_self_signed(other));
  const auto context = TlsContext::server(settings().certificate_file, other.key_file);
  ASSERT_FALSE(context);
  EXPECT_EQ(context.error().what,
            other.key_file + " is not the key of " + settings().certificate_file);
}

TEST_F(Tls, MissingAndBrokenFilesAreNamed) {
  const auto missing = TlsContext::server(folder_ + "/none.pem", folder_ + "/none.key");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::not_found);
  std::ofstream(folder_ + "/junk.pem") << "junk";
  const auto junk = TlsContext::server(folder_ + "/junk.pem", folder_ + "/junk.pem");
  ASSERT_FALSE(junk);
  EXPECT_NE(junk.error().what.find("/junk.pem holds no certificate"), std::string::npos);
}

TEST_F(Tls, AHostThatIsNoNameIsRefused) {
  SelfSigned made = settings();
  made.hosts = {"good.example", "evil,DNS:bank.example"};
  EXPECT_FALSE(make_self_signed(made));
  made.hosts = {};
  EXPECT_FALSE(make_self_signed(made));
}

}  // namespace
}  // namespace millwright::net
