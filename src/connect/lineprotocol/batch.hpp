#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "connect/lineprotocol/series.hpp"
#include "model/readings.hpp"

namespace millwright::connect::lineprotocol {

// A field of a series, and the tag that it is.
struct SeriesField {
  std::string name;
  TagId tag;
  Kind kind;
};
using SeriesFields = std::vector<SeriesField>;

// All fields of every series that was ever sent, by its text (measurement and tags as sent).
// Bound: series_max; what is beyond is looked up anew each time. Thread: any.
class SeriesBook {
 public:
  static constexpr std::size_t series_max = 200'000;

  // Null when it is not known. Owners: the book and whoever reads.
  std::shared_ptr<const SeriesFields> find(std::string_view series) const;
  void put(std::string_view series, std::shared_ptr<const SeriesFields> fields);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const SeriesFields>, Hash, std::equal_to<>>
      known_;
};

// The lines of one body as readings. Lines of a series with the same fields, which is what machines
// send, become columns that share their times; any other line is taken field by field. The body
// outlives the batch. One thread.
class LineBatch {
 public:
  // Gives a field its tag.
  using Resolve = std::function<Result<SeriesField>(const net::Line&, const net::LineField&, Kind)>;
  // A time after `future_from` is kept as uncertain.
  LineBatch(SourceId source, Instant future_from, SeriesBook& book, Resolve resolve);

  void add(const net::Line& line);
  Readings take();
  struct Refused {
    std::size_t line;
    std::string what;
  };
  const std::vector<Refused>& refused() const { return refused_; }

 private:
  // Rows of one series that wait to become runs, row after row.
  struct Open {
    std::shared_ptr<const SeriesFields> fields;  // owners: the book and this
    std::vector<Instant> times;
    std::vector<Scalar> cells;
    std::vector<std::string> texts;  // a cell of text is its place here
  };
  Open& open_of(const net::Line& line);
  std::shared_ptr<const SeriesFields> fields_of(const net::Line& line);
  bool add_row(Open& open, const net::Line& line);
  void add_fields(const net::Line& line);
  void close(Open& open);
  void close_column(const Open& open, std::size_t column, std::uint32_t times);
  Quality quality_at(Instant time) const;

  Readings readings_;
  Instant future_from_;
  SeriesBook& book_;
  Resolve resolve_;
  std::unordered_map<std::string_view, Open> open_;  // keys lie in the body
  std::vector<Refused> refused_;
};

}  // namespace millwright::connect::lineprotocol
