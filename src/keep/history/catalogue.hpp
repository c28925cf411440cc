#pragma once

#include <span>
#include <vector>

#include "keep/history/segment.hpp"
#include "keep/history/sqlite.hpp"

namespace millwright::keep {

// Which segments there are, how far each counts, and up to which input each tag's rows are in
// them: one SQLite file, whose transaction is what makes a batch true. One thread.
class Catalogue {
 public:
  // Errors: corrupt, when its pages are broken or its rows do not add up.
  static Result<Catalogue> open(const std::string& file, Database::Access access);

  struct Listed {
    Segment::Identity identity;
    std::uint64_t bytes = 0;
    bool is_sealed = false;
  };
  struct TagState {
    TagId tag{};
    Sequence stored;  // rows of inputs up to here are in the store
    Instant newest;   // the greatest time of them
  };
  Result<std::vector<Listed>> segments();
  Result<std::vector<TagState>> tag_states();

  // On stable storage when it returns, all or nothing.
  struct Change {
    std::vector<Listed> segments{};  // new ones, and new sizes
    std::vector<std::uint32_t> removed{};
    std::vector<TagState> tags{};
  };
  Outcome write(const Change& change);

  struct Whole {  // the number of all rows, and what their checksums give together
    std::int64_t rows = 0;
    std::uint32_t sum = 0;
    friend bool operator==(const Whole&, const Whole&) = default;
  };

 private:
  explicit Catalogue(Database database) : database_(std::move(database)) {}
  Outcome check(const std::string& file, Database::Access access);
  Result<Whole> whole();
  Outcome put_whole(const Whole& whole);
  Outcome take_out(const Listed& row, Whole& whole);
  Outcome take_out(TagId tag, Whole& whole);
  Outcome put(const Change& change);
  Database database_;
};

inline constexpr std::string_view catalogue_file = "catalogue.db";

}  // namespace millwright::keep
