#include "net/url/url.hpp"

#include <gtest/gtest.h>

namespace millwright::net {
namespace {

TEST(Url, ATargetIsSplitBeforeItIsDecoded) {
  const Target target = to_target("/api/v1/states/velo%2Fberlin%2Fcnc3?from=a%26b&x").value();
  EXPECT_EQ(target.path, "/api/v1/states/velo/berlin/cnc3");
  ASSERT_EQ(target.segments.size(), 4U);
  EXPECT_EQ(target.segments[3], "velo/berlin/cnc3");
  EXPECT_EQ(target.query.value_or("from", ""), "a&b");
  EXPECT_EQ(target.query.find("x"), "");
  EXPECT_FALSE(target.query.find("y"));
}

TEST(Url, AbsoluteTargetsAndFragmentsAreUnderstood) {
  EXPECT_EQ(to_target("http://mill:8080/a?b=c")->path, "/a");
  EXPECT_EQ(to_target("http://mill:8080")->path, "/");
  EXPECT_EQ(to_target("/a#b")->path, "/a");
  EXPECT_EQ(to_target("*")->path, "*");
  EXPECT_EQ(to_target("/redirect?to=http://x/y")->path, "/redirect");
}

TEST(Url, TargetsThatClimbOrLieAreRefused) {
  for (const char* text :
       {"", "a", "/..", "/a/./b", "/%2e%2E/x", "/%", "/%4", "/%zz", "/%00", "/?a=%0", "mailto:x"})
    EXPECT_FALSE(to_target(text)) << text;
  EXPECT_TRUE(to_target("/a..b/...")) << "only whole segments of dots climb";
}

TEST(Url, NumbersOfPartsAreBounded) {
  std::string path, query = "/?";
  for (std::size_t i = 0; i <= path_segments_max; ++i)
    path += "/a";
  for (std::size_t i = 0; i <= query_pairs_max; ++i)
    query += "a=1&";
  EXPECT_FALSE(to_target(path));
  EXPECT_TRUE(to_target(std::string_view(path).substr(2)));
  EXPECT_FALSE(to_target(query));
  EXPECT_TRUE(to_target(std::string_view(query).substr(0, query.size() - 4)));
}

TEST(Url, FormsDecodePlusAndKeepRepeatedNames) {
  const Pairs form = to_pairs("tag=a+b&tag=c%2Bd&&empty=&=x").value();
  EXPECT_EQ(form.all("tag"), (std::vector<std::string_view>{"a b", "c+d"}));
  EXPECT_EQ(form.find("empty"), "");
  EXPECT_EQ(form.size(), 4U);
}

TEST(Url, EncodingReadsBackForEveryByte) {
  std::string all;
  for (int i = 1; i < 256; ++i)
    all += static_cast<char>(i);
  EXPECT_EQ(percent_decoded(percent_encoded(all)).value(), all);
  EXPECT_EQ(percent_encoded("velo/berlin ü"), "velo%2Fberlin%20%C3%BC");
}

TEST(Url, CookiesAreReadAndNonsenseIsLeftOut) {
  const Pairs cookies = to_cookies("a=1; millwright_session=\"x=y\";; lone; =z ;b = 2");
  EXPECT_EQ(cookies.find("a"), "1");
  EXPECT_EQ(cookies.find("millwright_session"), "x=y");
  EXPECT_EQ(cookies.find("b"), "2");
  EXPECT_EQ(cookies.size(), 3U);
  std::string many;
  for (int i = 0; i < 1000; ++i)
    many += "a=b;";
  EXPECT_EQ(to_cookies(many).size(), cookies_max);
}

TEST(Url, BaseAddressesHaveTheirPorts) {
  const Url plain = to_url("http://mill").value();
  EXPECT_EQ(plain.port, 80);
  EXPECT_EQ(plain.target, "/");
  const Url secure = to_url("wss://[::1]:8443/live?x=1#y").value();
  EXPECT_TRUE(secure.is_secure);
  EXPECT_EQ(secure.host, "::1");
  EXPECT_EQ(secure.port, 8443);
  EXPECT_EQ(secure.target, "/live?x=1");
  EXPECT_EQ(to_url("http://mill?x")->target, "/?x");
  for (const char* text : {"", "mill", "ftp://mill/", "http://", "http://:80/", "http://mill:0/",
                           "http://mill:65536/", "http://mill:x/", "http://user@mill/"})
    EXPECT_FALSE(to_url(text)) << text;
}

TEST(Url, OnlyAddressesAndKnownNamesAreHosts) {
  const std::vector<std::string> names{"mill.plant.example"};
  for (const char* host : {"127.0.0.1", "127.0.0.1:8080", "[::1]:8080", "localhost", "LocalHost:80",
                           "MILL.plant.example:8080", "10.1.2.3"})
    EXPECT_TRUE(is_known_host(host, names)) << host;
  for (const char* host : {"", "evil.example", "127.0.0.1.evil.example", "mill.plant.example.evil",
                           "localhost.evil", "[::1", "a@127.0.0.1", "127.0.0.1/x"})
    EXPECT_FALSE(is_known_host(host, names)) << host;
}

}  // namespace
}  // namespace millwright::net
