#include "net/opcua/certificates.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "net/opcua/trouble.hpp"

namespace millwright::net::opcua {
namespace {

namespace fs = std::filesystem;

struct CertificatesTest : testing::Test {
  fs::path folder = fs::path(testing::TempDir()) /
                    (std::string("millwright_certificates_") +
                     testing::UnitTest::GetInstance()->current_test_info()->name());
  Certificates certificates{folder};

  CertificatesTest() { fs::remove_all(folder); }
  ~CertificatesTest() override { fs::remove_all(folder); }

  static ShownCertificate shown(std::string_view bytes) {
    return {bytes, "urn:press", "opc.tcp://press:4840"};
  }
  std::size_t rejected() const {
    const fs::path kept = folder / "rejected";
    return fs::exists(kept)
               ? static_cast<std::size_t>(std::distance(fs::directory_iterator(kept), {}))
               : 0;
  }
};

TEST_F(CertificatesTest, UnknownServerIsKeptAndTheErrorSaysWhatToMoveWhere) {
  const Outcome checked = certificates.check(shown("certificate of the press"));
  ASSERT_FALSE(checked);
  const Trouble trouble = to_trouble(checked.error());
  EXPECT_NE(trouble.what.find("press:4840 shows a certificate that is not trusted"),
            std::string::npos);
  const fs::path kept = fs::directory_iterator(folder / "rejected")->path();
  EXPECT_NE(trouble.next_step.find("move '" + kept.string() + "'"), std::string::npos);
  EXPECT_NE(trouble.next_step.find((folder / "trusted").string()), std::string::npos);
  EXPECT_TRUE(fs::is_directory(folder / "trusted")) << "the place to move it to is there";
}

TEST_F(CertificatesTest, SameCertificateIsKeptOnce) {
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(certificates.check(shown("one")));
  EXPECT_FALSE(certificates.check(shown("another")));
  EXPECT_EQ(rejected(), 2U);
}

TEST_F(CertificatesTest, RejectedFolderHasABound) {
  fs::create_directories(folder / "rejected");
  for (std::size_t i = 0; i < Certificates::rejected_files_max; ++i)
    std::ofstream(folder / "rejected" / std::to_string(i)) << i;
  const Outcome checked = certificates.check(shown("one more"));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, Code::full);
  EXPECT_EQ(rejected(), Certificates::rejected_files_max);
}

TEST_F(CertificatesTest, FileInTrustedThatIsNoCertificateIsTold) {
  fs::create_directories(folder / "trusted");
  std::ofstream(folder / "trusted/letter.pem") << "dear press,";
  const Outcome checked = certificates.check(shown("certificate of the press"));
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().what.find("trusted' is no certificate"), std::string::npos);
}

TEST_F(CertificatesTest, ServerThatShowsNoneIsRefused) {
  EXPECT_FALSE(certificates.check(shown("")));
  EXPECT_FALSE(certificates.check(shown(std::string(Certificates::file_bytes_max + 1, 'x'))));
  EXPECT_EQ(rejected(), 0U);
}

}  // namespace
}  // namespace millwright::net::opcua
