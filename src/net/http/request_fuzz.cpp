// A connection's bytes as they come from outside, cut in two at a place that the input chooses: the
// request reader, then the parsers of what it found, then the next request.
#include <algorithm>

#include "net/gzip/gzip.hpp"
#include "net/http/reader.hpp"

using namespace millwright;
using namespace millwright::net;

namespace {

constexpr int requests_max = 16;

void use(const Request& request) {
  const Pairs cookies = to_cookies(request.headers.find("Cookie").value_or(""));
  CHECK(cookies.size() <= cookies_max);
  static_cast<void>(is_known_host(request.headers.find("Host").value_or(""), {}));
  CHECK(request.path.empty() || request.path.front() == '/' || request.path == "*");
  for (const std::string& segment : request.segments)
    CHECK(segment != "." && segment != "..");
}

// Reads until the input is used up or refused. True when a whole request was read.
bool read_one(ByteView& input, std::size_t cut) {
  HttpLimits limits;
  limits.header_bytes_max = 4096;
  limits.body_bytes_max = 8192;
  RequestReader reader(limits);
  ByteView part = input.first(std::min(cut, input.size()));
  std::size_t body = 0;
  bool is_whole = part.size() == input.size();
  while (true) {
    const std::size_t before = part.size();
    const RequestReader::Step step = reader.step(part);
    input = input.subspan(before - part.size());
    if (step == RequestReader::Step::refused) {
      CHECK(reader.refusal().status >= 400 && reader.refusal().status < 600);
      return false;
    }
    if (step == RequestReader::Step::end) return true;
    if (step == RequestReader::Step::head) use(reader.request());
    if (step == RequestReader::Step::piece) body += reader.piece().size();
    CHECK(body <= limits.body_bytes_max);
    if (step != RequestReader::Step::need_more) continue;
    CHECK(part.size() < limits.header_bytes_max);
    if (is_whole) return false;
    part = input;
    is_whole = true;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t cut = data[0] + std::size_t{256} * data[1];
  ByteView input(data + 2, size - 2);
  for (int i = 0; i < requests_max && read_one(input, cut); ++i) {
  }
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(to_pairs(text));
  static_cast<void>(to_url(text));
  static_cast<void>(unzipped(ByteView(data, size), 100'000));
  return 0;
}
