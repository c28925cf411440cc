// Runs a fuzz target without libFuzzer, so that every build of the tests runs it: each file of the
// kept corpus first, then seeded mutations of them.
//
//   replay CORPUS          the corpus and mutations_max mutations (or as many as fit in time_max)
//   replay CORPUS SEED     the one mutation that a failure named

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <system_error>
#include <vector>

// NOLINTBEGIN(readability-identifier-naming): names that libFuzzer and the sanitizers ask for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// A finding ends by SIGABRT, so that on_end() can name the input.
extern "C" const char* __asan_default_options();
extern "C" const char* __ubsan_default_options();
extern "C" const char* __asan_default_options() {
  return "abort_on_error=1";
}
extern "C" const char* __ubsan_default_options() {
  return "abort_on_error=1:print_stacktrace=1";
}
// NOLINTEND(readability-identifier-naming)

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t mutations_max = 2000;
constexpr std::chrono::seconds time_max{3};
constexpr unsigned one_input_seconds_max = 20;
constexpr std::size_t input_bytes_max = 64 * 1024;
constexpr std::size_t edits_max = 8;

struct Example {
  std::string name;
  Bytes bytes;
};

std::array<char, 512> running{};  // What is being run: read by the signal handler.

void say_running(const std::string& what) {
  const std::size_t n = std::min(what.size(), running.size() - 2);
  std::memcpy(running.data(), what.data(), n);
  running[n] = '\n';
  running[n + 1] = '\0';
}

// Only calls that are safe in a signal handler.
extern "C" void on_end(int signal) {
  const char* why = signal == SIGALRM ? "\nthe input took too long: " : "\nthe input that failed: ";
  [[maybe_unused]] auto ignored = ::write(STDERR_FILENO, why, std::strlen(why));
  ignored = ::write(STDERR_FILENO, running.data(), std::strlen(running.data()));
  ::_exit(1);
}

void catch_ends() {
  std::signal(SIGABRT, on_end);
  std::signal(SIGALRM, on_end);
#if !defined(__SANITIZE_ADDRESS__)  // The sanitizer reports these itself, with a stack, and aborts.
  std::signal(SIGSEGV, on_end);
  std::signal(SIGFPE, on_end);
#endif
}

std::vector<Example> read_corpus(const std::filesystem::path& folder) {
  std::vector<Example> corpus;
  std::error_code trouble;
  for (const auto& entry : std::filesystem::directory_iterator(folder, trouble)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    Bytes bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    corpus.push_back({entry.path().filename().string(), std::move(bytes)});
  }
  // The order of a folder differs between machines, a seed must not.
  std::sort(corpus.begin(), corpus.end(),
            [](const Example& a, const Example& b) { return a.name < b.name; });
  return corpus;
}

class Mutation {
 public:
  Mutation(const std::vector<Example>& corpus, std::uint64_t seed)
      : corpus_(corpus), random_(seed), bytes_(any_example()) {}

  Bytes made() {
    const std::size_t edits = 1 + below(edits_max);
    for (std::size_t i = 0; i < edits; ++i)
      edit();
    if (bytes_.size() > input_bytes_max) bytes_.resize(input_bytes_max);
    return std::move(bytes_);
  }

 private:
  // Not a distribution of the library: those differ from one library to the next.
  std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }
  const Bytes& any_example() { return corpus_[below(corpus_.size())].bytes; }

  auto at(std::size_t i) { return bytes_.begin() + static_cast<std::ptrdiff_t>(i); }

  void edit() {
    const std::size_t from = below(bytes_.size() + 1);
    const std::size_t length = std::min(bytes_.size() - from, 1 + below(32));
    const bool is_end = from == bytes_.size();
    switch (below(8)) {
      case 0:
        if (!is_end) bytes_[from] ^= static_cast<std::uint8_t>(1U << below(8));
        break;
      case 1: {
        static constexpr std::array<std::uint8_t, 12> telling = {0x00, 0x01, 0x7f, 0x80, 0xff, '\n',
                                                                 '"',  '{',  ' ',  '-',  '9',  ':'};
        if (!is_end) bytes_[from] = telling[below(telling.size())];
        break;
      }
      case 2:
        bytes_.erase(at(from), at(from + length));
        break;
      case 3:
        repeat(from, length);
        break;
      case 4:
        bytes_.resize(from);
        break;
      case 5:
        splice(from);
        break;
      case 6:
        bytes_.insert(at(from), static_cast<std::uint8_t>(random_()));
        break;
      default:
        for (std::size_t i = from; i < from + length; ++i) {
          bytes_[i] = static_cast<std::uint8_t>(random_());
        }
    }
  }

  void repeat(std::size_t from, std::size_t length) {
    const Bytes part(at(from), at(from + length));
    const std::size_t times = 1 + below(16);
    for (std::size_t i = 0; i < times; ++i)
      bytes_.insert(at(from), part.begin(), part.end());
  }

  void splice(std::size_t from) {
    const Bytes other = any_example();
    const auto start = static_cast<std::ptrdiff_t>(below(other.size() + 1));
    bytes_.resize(from);
    bytes_.insert(bytes_.end(), other.begin() + start, other.end());
  }

  const std::vector<Example>& corpus_;
  std::mt19937_64 random_;
  Bytes bytes_;
};

void run_one(const std::string& what, const Bytes& bytes) {
  say_running(what);
  ::alarm(one_input_seconds_max);
  // An exact copy on the heap, so that the address sanitizer sees a read past the end.
  const std::vector<std::uint8_t> exact(bytes);
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
  ::alarm(0);
}

void run_mutation(const std::vector<Example>& corpus, std::uint64_t seed) {
  run_one("seed " + std::to_string(seed), Mutation(corpus, seed).made());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "use: %s CORPUS_FOLDER [SEED]\n", argv[0]);
    return 2;
  }
  const std::vector<Example> corpus = read_corpus(argv[1]);
  if (corpus.empty()) {
    std::fprintf(stderr, "%s: no example there. Put at least one small valid input in the corpus\n",
                 argv[1]);
    return 1;
  }
  catch_ends();
  if (argc == 3) {
    std::uint64_t seed = 0;
    const char* end = argv[2] + std::strlen(argv[2]);
    if (std::from_chars(argv[2], end, seed).ptr != end) {
      std::fprintf(stderr, "%s is not a seed: write a whole number\n", argv[2]);
      return 2;
    }
    run_mutation(corpus, seed);
    return 0;
  }
  for (const Example& example : corpus)
    run_one("corpus/" + example.name, example.bytes);
  const auto end = std::chrono::steady_clock::now() + time_max;
  std::uint64_t seed = 0;
  while (seed < mutations_max && std::chrono::steady_clock::now() < end) {
    run_mutation(corpus, ++seed);
  }
  std::printf("%zu examples, %llu mutations, no finding\n", corpus.size(),
              static_cast<unsigned long long>(seed));
  return 0;
}
