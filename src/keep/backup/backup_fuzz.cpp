// Foreign bytes as a backup: refused with a sentence, or read whole.
#include <algorithm>

#include "keep/backup/backup.hpp"
#include "keep/backup/tar.hpp"

namespace {

// Counts what a reader would write, and checks that it is told no more than was announced.
class Counting final : public millwright::keep::BackupSink {
 public:
  millwright::Outcome begin(const std::string& name, std::uint64_t bytes, std::uint32_t) override {
    CHECK(millwright::keep::tar::is_good_name(name));
    left_ = bytes;
    return millwright::Done{};
  }
  millwright::Outcome more(millwright::ByteView bytes) override {
    CHECK(bytes.size() <= left_);
    left_ -= bytes.size();
    return millwright::Done{};
  }
  millwright::Outcome end() override {
    CHECK(left_ == 0);
    return millwright::Done{};
  }

 private:
  std::uint64_t left_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millwright;
  ByteView left(data, size);
  const keep::Pull pull = [&](std::span<std::uint8_t> to) -> Result<std::size_t> {
    const std::size_t count = std::min(to.size(), left.size());
    std::copy_n(left.begin(), count, to.begin());
    left = left.subspan(count);
    return count;
  };
  Counting sink;
  const auto manifest = keep::read_backup(pull, &sink);
  if (!manifest) CHECK(!manifest.error().what.empty());
  return 0;
}
