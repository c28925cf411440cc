#include "keep/ledger/outside.hpp"

#include <algorithm>

#include "keep/ledger/store.hpp"

namespace millwright::keep {
namespace {

constexpr std::size_t files_max = 10'000'000;

// What is copied first. What the people file names comes last: a record never refers to a name that
// the copy has not.
int rank(const std::string& name) {
  if (name == checkpoint_file || name.ends_with(cosigned_suffix)) return 0;
  if (name.ends_with(records_suffix)) return 1;
  return name.starts_with("tile/") ? 2 : 3;
}

}  // namespace

Result<std::vector<std::string>> ledger_files(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code trouble;
  if (!std::filesystem::exists(folder)) return names;
  for (std::filesystem::recursive_directory_iterator at(folder, trouble), end;
       !trouble && at != end; at.increment(trouble)) {
    const std::string name = at->path().lexically_relative(folder).generic_string();
    if (name == "lock" || name.ends_with(unfinished_suffix) || names.size() > files_max) continue;
    if (at->is_regular_file(trouble) && !at->is_symlink(trouble)) names.push_back(name);
    trouble.clear();  // of a file that went away
  }
  if (trouble)
    return fail(Code::refused, "cannot read " + folder.string() + ": " + trouble.message() +
                                   ". Run this as the user that runs millwright, or as root");
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return std::pair(rank(a), a) < std::pair(rank(b), b);
  });
  return names;
}

}  // namespace millwright::keep
