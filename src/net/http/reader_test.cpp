#include "net/http/reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace millwright::net {
namespace {

using Step = RequestReader::Step;

struct Read {
  Step last = Step::need_more;
  std::string path, body;
  Headers headers;
  Refusal refusal;
  std::size_t left = 0;
};

// Feeds `text` in pieces that end at `cut` and at the end.
Read read(std::string_view text, std::size_t cut, const HttpLimits& limits = {}) {
  RequestReader reader(limits);
  Read result;
  std::string waiting;
  const std::size_t middle = std::min(cut, text.size());
  for (const std::string_view part : {text.substr(0, middle), text.substr(middle)}) {
    waiting += part;
    ByteView input = as_bytes(waiting);
    do {
      result.last = reader.step(input);
      if (result.last == Step::piece)
        result.body.append(reader.piece().begin(), reader.piece().end());
    } while (result.last == Step::head || result.last == Step::piece);
    waiting.erase(0, waiting.size() - input.size());
    if (result.last != Step::need_more) {
      if (part.data() == text.data() && middle < text.size()) waiting += text.substr(middle);
      break;
    }
  }
  if (result.last == Step::refused) result.refusal = reader.refusal();
  result.path = reader.request().path;
  result.headers = reader.request().headers;
  result.left = waiting.size();
  return result;
}

Read read(std::string_view text, const HttpLimits& limits = {}) {
  return read(text, text.size(), limits);
}

constexpr std::string_view chunked =
    "POST /api/v2/write?precision=ns HTTP/1.1\r\nHost: mill\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5\r\nhello\r\n1;name=value\r\n \r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
constexpr std::string_view sized =
    "PUT /a%2Fb/c HTTP/1.1\r\nHost: mill\r\nContent-Length: 11\r\n\r\nhello there";
constexpr std::string_view plain = "GET /x?y=1 HTTP/1.1\r\nHost: mill\r\nAccept:\t*/* \r\n\r\n";

TEST(RequestReader, ReadsTheSameWhereverTheBytesAreCut) {
  for (std::size_t cut = 0; cut <= chunked.size(); ++cut) {
    const Read result = read(chunked, cut);
    ASSERT_EQ(result.last, Step::end) << cut << ": " << result.refusal.what;
    ASSERT_EQ(result.body, "hello 0123456789") << cut;
  }
  for (std::size_t cut = 0; cut <= sized.size(); ++cut)
    ASSERT_EQ(read(sized, cut).body, "hello there") << cut;
  for (std::size_t cut = 0; cut <= plain.size(); ++cut)
    ASSERT_EQ(read(plain, cut).last, Step::end) << cut;
}

TEST(RequestReader, ReadsTheSameByteByByte) {
  RequestReader reader{HttpLimits()};
  std::string waiting, body;
  Step step = Step::need_more;
  for (const char c : chunked) {
    waiting += c;
    ByteView input = as_bytes(waiting);
    do {
      step = reader.step(input);
      if (step == Step::piece) body.append(reader.piece().begin(), reader.piece().end());
    } while (step == Step::head || step == Step::piece);
    waiting.erase(0, waiting.size() - input.size());
  }
  EXPECT_EQ(step, Step::end);
  EXPECT_EQ(body, "hello 0123456789");
  EXPECT_EQ(reader.request().path, "/api/v2/write");
  EXPECT_EQ(reader.request().query.value_or("precision", ""), "ns");
}

TEST(RequestReader, LeavesTheNextRequestInTheBuffer) {
  const std::string two = std::string(sized) + std::string(plain);
  const Read first = read(two);
  EXPECT_EQ(first.last, Step::end);
  EXPECT_EQ(first.body, "hello there");
  EXPECT_EQ(first.left, plain.size());
}

TEST(RequestReader, NoCutRequestIsTakenForAWholeOne) {
  for (const std::string_view text : {chunked, sized, plain})
    for (std::size_t size = 0; size < text.size(); ++size)
      ASSERT_EQ(read(text.substr(0, size)).last, Step::need_more) << size;
}

struct Bad {
  const char* name;
  std::string text;
  int status;
};

std::string get(const std::string& headers) {
  return "GET / HTTP/1.1\r\nHost: mill\r\n" + headers + "\r\n";
}
std::string post(const std::string& headers, const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: mill\r\n" + headers + "\r\n" + body;
}

TEST(RequestReader, RefusesWhatTwoProgramsCouldReadDifferently) {
  using namespace std::string_literals;
  const Bad bad[] = {
      {"both lengths", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
       400},
      {"both, other order",
       post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400},
      {"unequal lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
      {"a list of lengths", post("Content-Length: 5, 6\r\n", "hello"), 400},
      {"a signed length", post("Content-Length: +5\r\n", "hello"), 400},
      {"a negative length", post("Content-Length: -1\r\n", "hello"), 400},
      {"a hexadecimal length", post("Content-Length: 0x5\r\n", "hello"), 400},
      {"a length beyond 64 bits", post("Content-Length: 18446744073709551616\r\n", ""), 400},
      {"an empty length", post("Content-Length:\r\n", "hello"), 400},
      {"chunked twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", ""),
       400},
      {"chunked, chunked", post("Transfer-Encoding: chunked, chunked\r\n", ""), 501},
      {"gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", ""), 501},
      {"chunked hidden in a word", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 501},
      {"identity", post("Transfer-Encoding: identity\r\n", ""), 501},
      {"chunked in HTTP/1.0",
       "POST / HTTP/1.0\r\nHost: mill\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"space before the colon", get("Content-Length : 5\r\n"), 400},
      {"a tab before the colon", post("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n"), 400},
      {"a folded header", get("X: a\r\n b\r\n"), 400},
      {"a header that begins with a space", "GET / HTTP/1.1\r\n Host: mill\r\n\r\n", 400},
      {"bare LF after the first line", "GET / HTTP/1.1\nHost: mill\r\n\r\n", 400},
      {"bare LF between headers", "GET / HTTP/1.1\r\nHost: mill\nX: y\r\n\r\n", 400},
      {"bare CR in a value", get("X: a\rb\r\n"), 400},
      {"NUL in a value", get("X: a\0b\r\n"s), 400},
      {"NUL in the target", "GET /\0 HTTP/1.1\r\nHost: mill\r\n\r\n"s, 400},
      {"two hosts", get("Host: other\r\n"), 400},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"an empty name", get(": x\r\n"), 400},
      {"a header without a colon", get("X\r\n"), 400},
      {"a control character in a value", get("X: a\x01"s + "b\r\n"), 400},
  };
  for (const Bad& each : bad) {
    const Read result = read(each.text);
    EXPECT_EQ(result.last, Step::refused) << each.name;
    EXPECT_EQ(result.refusal.status, each.status) << each.name << ": " << result.refusal.what;
  }
}

TEST(RequestReader, RefusesWhatIsNotHttp11) {
  const Bad bad[] = {
      {"no version", "GET /\r\n\r\n", 400},
      {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: mill\r\n\r\n", 505},
      {"TLS on a plain port", "\x16\x03\x01\x02\r\n\r\n", 400},
      {"an unknown method", "BREW / HTTP/1.1\r\nHost: mill\r\n\r\n", 501},
      {"a space in the target", "GET /a b HTTP/1.1\r\nHost: mill\r\n\r\n", 505},
      {"a target without a slash", "GET a HTTP/1.1\r\nHost: mill\r\n\r\n", 400},
      {"climbing out", "GET /a/../../etc/passwd HTTP/1.1\r\nHost: mill\r\n\r\n", 400},
      {"climbing out, escaped", "GET /%2e%2e/etc HTTP/1.1\r\nHost: mill\r\n\r\n", 400},
      {"an escaped NUL", "GET /%00 HTTP/1.1\r\nHost: mill\r\n\r\n", 400},
      {"a cut escape", "GET /%4 HTTP/1.1\r\nHost: mill\r\n\r\n", 400},
      {"another expectation", get("Expect: tea\r\n"), 417},
      {"a body without a length", post("Content-Type: text/plain\r\n", ""), 411},
  };
  for (const Bad& each : bad) {
    const Read result = read(each.text);
    EXPECT_EQ(result.last, Step::refused) << each.name;
    EXPECT_EQ(result.refusal.status, each.status) << each.name << ": " << result.refusal.what;
  }
}

TEST(RequestReader, RefusesChunksThatAreNotChunks) {
  for (const char* body : {"g\r\nx", "-1\r\nx", "0x1\r\nx\r\n0\r\n\r\n", " 1\r\nx\r\n", "1\nx\r\n",
                           "1\r\nxy\r\n0\r\n\r\n", "1\r\nx\n0\r\n\r\n", "fffffffffffffffff\r\n",
                           "\r\n", "1\r\nx\r\n\r\n"}) {
    const Read result = read(post("Transfer-Encoding: chunked\r\n", body));
    EXPECT_EQ(result.last, Step::refused) << body;
    EXPECT_TRUE(result.refusal.status == 400 || result.refusal.status == 413) << body;
  }
}

TEST(RequestReader, StopsAtItsLimits) {
  HttpLimits limits;
  limits.header_bytes_max = 1024;
  limits.target_bytes_max = 100;
  limits.headers_max = 5;
  limits.body_bytes_max = 10;
  const auto status = [&](const std::string& text) { return read(text, limits).refusal.status; };
  EXPECT_EQ(status("GET /" + std::string(99, 'a') + " HTTP/1.1\r\nHost: m\r\n\r\n"),
            Refusal().status);
  EXPECT_EQ(status("GET /" + std::string(100, 'a') + " HTTP/1.1\r\nHost: m\r\n\r\n"), 414);
  EXPECT_EQ(status("GET /" + std::string(5000, 'a')), 414);
  EXPECT_EQ(status(get("X: " + std::string(5000, 'a'))), 431);
  EXPECT_EQ(status(get("A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\nE: 5\r\n")), 431);
  EXPECT_EQ(status(post("Transfer-Encoding: chunked\r\n", "b\r\n")), 413);
  EXPECT_EQ(status(post("Transfer-Encoding: chunked\r\n", "6\r\n123456\r\n6\r\n123456\r\n")), 413);
  EXPECT_EQ(status(post("Transfer-Encoding: chunked\r\n", std::string(5000, '0'))), 400);
}

TEST(RequestReader, TheHeadDecidesOverTheBodyBeforeItComes) {
  RequestReader reader{HttpLimits()};
  const std::string text = post("Content-Length: 11\r\n", "");
  ByteView input = as_bytes(text);
  ASSERT_EQ(reader.step(input), Step::head);
  reader.limit_body(10);
  ASSERT_EQ(reader.step(input), Step::refused);
  EXPECT_EQ(reader.refusal().status, 413);
}

TEST(Http, DatesHaveTheFormOfTheStandard) {  // The example of RFC 9110, 5.6.7.
  EXPECT_EQ(http_date(to_instant("1994-11-06T08:49:37Z").value()), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(Http, HeadersAreFoundWithoutRegardToCase) {
  Headers headers;
  headers.add("Connection", "keep-alive, Upgrade");
  EXPECT_TRUE(headers.has_token("connection", "upgrade"));
  EXPECT_FALSE(headers.has_token("connection", "up"));
  headers.set("CONNECTION", "close");
  EXPECT_EQ(headers.size(), 1U);
  EXPECT_EQ(headers.find("Connection"), "close");
}

}  // namespace
}  // namespace millwright::net
