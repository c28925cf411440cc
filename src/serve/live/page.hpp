#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "flow/view.hpp"

namespace millwright::serve {

// What one page watches, and what it has been sent. Thread: one at a time (its owner locks).
class Page {
 public:
  // Takes `{"watch": {"machines": true, "tags": ["a/b", …]}}`. Views that are no longer watched are
  // forgotten. Errors: invalid, with what is expected; full, at keys_max keys.
  Outcome watch(std::string_view message, std::size_t keys_max);

  // The message for what changed since the last one; empty when nothing did and `is_heartbeat` is
  // false.
  std::string message(const flow::Views& views, Instant now, bool is_heartbeat);

 private:
  struct Watched {
    bool all = false;
    std::set<std::string, std::less<>> keys;
    bool is_new = true;  // the page has nothing of it yet
    std::uint64_t version = 0;
    std::size_t slots_known = 0;     // slots whose keys have been looked at
    std::vector<std::size_t> slots;  // of the keys that were found
  };
  static void write_view(JsonWriter& out, const flow::View& view, Watched& watched,
                         const std::vector<std::size_t>& rows);
  static std::vector<std::size_t> changed_rows(const flow::View& view, Watched& watched);

  std::map<std::string, Watched, std::less<>> watched_;
};

}  // namespace millwright::serve
