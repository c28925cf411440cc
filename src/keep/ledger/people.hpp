#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/files.hpp"
#include "base/time.hpp"

namespace millwright::keep {

// Who the references in the ledger mean. The ledger itself holds a salted hash of a name; the name
// and its salt lie in a file beside it, from which they can be erased: then nobody can tell any
// more who it was, and the tree stays whole. Thread: any.
class People {
 public:
  static constexpr std::size_t people_max = 100'000;
  static constexpr std::string_view file_name = "people";

  // Errors: corrupt, when the file is there and is none.
  static Result<std::unique_ptr<People>> open(Files& files, const std::string& folder);

  // The reference to a name: the same one each time, until it is erased. A new one is in the file
  // only after save().
  std::string reference(const std::string& name);
  // Puts what is new on stable storage, before any record that refers to it. Cheap when nothing is.
  Outcome save();

  // The name; nothing when it was erased or never known.
  std::optional<std::string> name_of(const std::string& reference) const;
  bool is_erased(const std::string& reference) const;
  // Erases a name with its salt, on stable storage. Errors: not_found; those of the disk.
  Outcome erase(const std::string& name);
  std::size_t known() const;

 private:
  struct Person {
    std::string name;  // empty: erased
    std::array<std::uint8_t, 32> salt{};
  };
  People(Files& files, std::string folder) : files_(files), folder_(std::move(folder)) {}
  Outcome read(ByteView bytes);
  Bytes to_bytes() const;
  Outcome put();

  Files& files_;
  const std::string folder_;
  mutable std::mutex mutex_;
  std::map<std::string, Person> by_reference_;
  std::map<std::string, std::string> reference_of_;
  bool has_new_ = false;
};

}  // namespace millwright::keep
