#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace millwright::watch::order {

// What one tag said over event time, as text. Of rows that say the same one after the other only
// the first and the last are kept, so that a tag that says its value every second costs two rows a
// value. Plain data of one owner. Pure.
class Told {
 public:
  static constexpr std::size_t rows_max = 10'000;  // at it the oldest are forgotten

  // Whether what holds at some time changed by it. Another value of the same time replaces the old.
  bool put(Instant at, std::string_view value);
  // What holds at that time; empty when nothing was said before.
  std::string_view at(Instant when) const;
  // Values with their times; neighbours may be equal.
  const std::map<Instant, std::string>& rows() const { return rows_; }
  // Keeps what holds at `floor` and what came after it.
  void forget_before(Instant floor);

  void save(Writer& out) const;
  Outcome load(Reader& in);

 private:
  std::map<Instant, std::string> rows_;
};

}  // namespace millwright::watch::order
