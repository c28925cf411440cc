#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "keep/history/segment.hpp"

namespace millwright::keep {

// What can be done with the folder of a history while another process writes it. Thread: any.

// Whether there is a history.
bool has_history(const std::filesystem::path& folder);

// A history as it is at one moment: its catalogue, copied, and the segments that it lists, held
// open. The first bytes of a segment that the catalogue speaks of never change, and what is removed
// meanwhile stays readable here. One thread.
class HistoryCopy {
 public:
  // Copies the catalogue into a file that is not there yet.
  // Errors: refused (the target is there), corrupt, full, offline.
  static Result<HistoryCopy> open(const std::filesystem::path& folder,
                                  const std::filesystem::path& catalogue);

  struct File {
    std::string name;
    std::uint64_t bytes = 0;  // from its beginning
    OpenFile file{};
  };
  const std::vector<File>& segments() const { return segments_; }
  std::uint64_t bytes() const;
  Sequence newest() const { return newest_; }  // the greatest input that a row came from

 private:
  HistoryCopy() : files_(std::make_unique<Files>()) {}
  Outcome hold(const std::filesystem::path& folder, const std::filesystem::path& catalogue);
  std::unique_ptr<Files> files_;
  std::vector<File> segments_;
  Sequence newest_;
};

struct HistorySummary {
  std::uint64_t rows = 0, tags = 0;
  Instant from{}, to{};  // of the rows; equal when there are none
  Sequence newest;       // the greatest input that a row came from
};
// Looks at every frame's head. Rows in whose place later ones stand are counted too.
Result<HistorySummary> summary_of_history(const std::filesystem::path& folder);

// Bytes of the frames that begin at `since` or later: about how fast the history grows.
Result<std::uint64_t> history_bytes_since(const std::filesystem::path& folder, Instant since);

// Reads and decodes everything. Errors: corrupt, naming file and byte.
struct HistoryVerified {
  std::uint64_t segments = 0, columns = 0, bytes = 0;
};
Result<HistoryVerified> verify_history(const std::filesystem::path& folder);

}  // namespace millwright::keep
