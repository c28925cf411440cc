#include "connect/lineprotocol/batch.hpp"

#include <algorithm>
#include <utility>

namespace millwright::connect::lineprotocol {

std::shared_ptr<const SeriesFields> SeriesBook::find(std::string_view series) const {
  const std::shared_lock lock(mutex_);
  const auto found = known_.find(series);
  return found == known_.end() ? nullptr : found->second;
}

void SeriesBook::put(std::string_view series, std::shared_ptr<const SeriesFields> fields) {
  const std::unique_lock lock(mutex_);
  const auto found = known_.find(series);
  if (found != known_.end()) {
    found->second = std::move(fields);
  } else if (known_.size() < series_max) {
    known_.emplace(std::string(series), std::move(fields));
  }
}

LineBatch::LineBatch(SourceId source, Instant future_from, SeriesBook& book, Resolve resolve)
    : readings_(source), future_from_(future_from), book_(book), resolve_(std::move(resolve)) {}

Quality LineBatch::quality_at(Instant time) const {
  return time > future_from_ ? quality::uncertain_time : quality::good;
}

void LineBatch::add(const net::Line& line) {
  Open& open = open_of(line);
  if (add_row(open, line)) return;
  // What came before it in the series goes first: of two values for one time the later one stands.
  close(open);
  open.fields = fields_of(line);
  if (!add_row(open, line)) add_fields(line);
}

LineBatch::Open& LineBatch::open_of(const net::Line& line) {
  const auto [found, is_new] = open_.try_emplace(line.series);
  if (is_new) found->second.fields = fields_of(line);
  return found->second;
}

// The line's fields in its order. One that cannot be a tag is left out: then the line does not fit,
// and add_fields() tells why.
std::shared_ptr<const SeriesFields> LineBatch::fields_of(const net::Line& line) {
  const auto known = book_.find(line.series);
  const auto is_called = [](const SeriesField& one, const net::LineField& other) {
    return one.name == other.name;
  };
  if (known != nullptr &&
      std::equal(known->begin(), known->end(), line.fields.begin(), line.fields.end(), is_called))
    return known;
  auto fields = std::make_shared<SeriesFields>();
  auto all =
      known == nullptr ? std::make_shared<SeriesFields>() : std::make_shared<SeriesFields>(*known);
  const std::size_t known_before = all->size();
  for (const net::LineField& field : line.fields) {
    const auto found = std::find_if(all->begin(), all->end(),
                                    [&](const SeriesField& one) { return is_called(one, field); });
    if (found != all->end()) {
      fields->push_back(*found);
      continue;
    }
    Result<SeriesField> fresh = resolve_(line, field, typed(field.value).kind);
    if (!fresh) continue;
    fields->push_back(*fresh);
    all->push_back(std::move(fresh).value());
  }
  if (all->size() > known_before) book_.put(line.series, std::move(all));
  return fields;
}

// The line as one more row. False: its fields are others, or a value is of another kind; then
// nothing has changed.
bool LineBatch::add_row(Open& open, const net::Line& line) {
  const SeriesFields& fields = *open.fields;
  if (line.fields.size() != fields.size()) return false;
  const std::size_t cells = open.cells.size();
  const std::size_t texts = open.texts.size();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const net::LineField& field = line.fields[i];
    const bool is_same = field.name == fields[i].name;
    const auto* number = std::get_if<double>(&field.value);
    if (is_same && number != nullptr && fields[i].kind == Kind::number) {
      open.cells.push_back(Scalar::of(*number));
      continue;
    }
    const Result<Typed> kept = is_same ? as_kind(typed(field.value), fields[i].kind)
                                       : Result<Typed>(fail(Code::invalid, ""));
    if (!kept) {
      open.cells.resize(cells);
      open.texts.resize(texts);
      return false;
    }
    const bool is_text = kept->kind == Kind::text;
    open.cells.push_back(is_text ? Scalar{open.texts.size()} : kept->scalar);
    if (is_text) open.texts.emplace_back(kept->text);
  }
  open.times.push_back(line.time);
  return true;
}

void LineBatch::add_fields(const net::Line& line) {
  for (const net::LineField& field : line.fields) {
    const Typed value = typed(field.value);
    const Result<SeriesField> known = resolve_(line, field, value.kind);
    const Result<Typed> kept = known ? as_kind(value, known->kind) : Result<Typed>(known.error());
    if (!kept) {
      refused_.push_back(
          {line.number, "field '" + std::string(field.name) + "': " + kept.error().what});
    } else if (kept->kind == Kind::text) {
      readings_.add_text(known->tag, line.time, kept->text, quality_at(line.time));
    } else {
      readings_.add(known->tag, kept->kind, line.time, kept->scalar, quality_at(line.time));
    }
  }
}

void LineBatch::close(Open& open) {
  if (open.times.empty()) return;
  const std::uint32_t times = readings_.add_times(open.times);
  for (std::size_t column = 0; column < open.fields->size(); ++column)
    close_column(open, column, times);
  open.times.clear();
  open.cells.clear();
  open.texts.clear();
}

void LineBatch::close_column(const Open& open, std::size_t column, std::uint32_t times) {
  const SeriesField& field = (*open.fields)[column];
  const std::size_t width = open.fields->size();
  if (field.kind == Kind::text) {
    for (std::size_t row = 0; row < open.times.size(); ++row)
      readings_.add_text(field.tag, open.times[row],
                         open.texts[open.cells[row * width + column].bits],
                         quality_at(open.times[row]));
    return;
  }
  const std::size_t first = readings_.rows();
  const std::span<Scalar> values =
      readings_.add_run(field.tag, field.kind, times, open.times.size());
  for (std::size_t row = 0; row < values.size(); ++row)
    values[row] = open.cells[row * width + column];
  for (std::size_t row = 0; row < open.times.size(); ++row) {
    if (open.times[row] > future_from_) readings_.set_quality(first + row, quality::uncertain_time);
  }
}

Readings LineBatch::take() {
  std::size_t cells = 0;
  for (const auto& [series, open] : open_)
    cells += open.cells.size();
  readings_.reserve(readings_.rows() + cells);
  for (auto& [series, open] : open_)
    close(open);
  return std::move(readings_);
}

}  // namespace millwright::connect::lineprotocol
