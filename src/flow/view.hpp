#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace millwright::flow {

// What is so now, as rows with keys: an immutable copy that reader threads hold as long as they
// like. A row has a slot: a small number that stays its own for as long as the program runs.
class View {
 public:
  virtual ~View() = default;
  virtual std::uint64_t version() const = 0;
  virtual std::size_t slots() const = 0;
  virtual std::string_view key(std::size_t slot) const = 0;
  virtual bool is_gone(std::size_t slot) const = 0;
  // Slots whose row changed after `version`, in order.
  virtual void changed_since(std::uint64_t version, std::vector<std::size_t>& out) const = 0;
  virtual std::uint64_t changed_at(std::size_t slot) const = 0;
  virtual void write_row(std::size_t slot, JsonWriter& out) const = 0;
};

// The views of all stages, by name. The core thread puts, reader threads get; neither waits for the
// other beyond a pointer copy.
class Views {
 public:
  // Owners: this table until the next put, and every reader that holds it.
  void put(std::string_view name, std::shared_ptr<const View> view);
  std::shared_ptr<const View> get(std::string_view name) const;
  std::vector<std::string> names() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const View>, std::less<>> views_;
};

}  // namespace millwright::flow
