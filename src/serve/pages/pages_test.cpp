#include "serve/pages/pages.hpp"

#include <gtest/gtest.h>

namespace millwright::serve {
namespace {

net::Request request(const std::string& path) {
  net::Request out;
  out.target = path;
  out.path = path;
  return out;
}

TEST(Pages, AProgramWithoutItsPagesSaysSoAndOneWithThemServesItsIndexEverywhere) {
  const Pages pages;
  for (const char* path : {"/", "/overview", "/sign-in"}) {
    const net::Response answer = pages.answer(request(path));
    if (page_files().empty()) {
      EXPECT_EQ(answer.status, 404);
      EXPECT_NE(answer.body.find("without its pages"), std::string::npos);
    } else {
      EXPECT_EQ(answer.status, 200) << path;
    }
  }
}
TEST(Pages, EveryFileInTheProgramHasItsBytesItsTypeAndItsTag) {
  for (const net::File& file : page_files()) {
    EXPECT_FALSE(file.bytes.empty()) << file.path;
    EXPECT_NE(file.content_type, "application/octet-stream") << file.path;
    EXPECT_EQ(file.etag.size(), 32U) << file.path;
  }
}

}  // namespace
}  // namespace millwright::serve
