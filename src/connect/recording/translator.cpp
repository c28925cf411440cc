#include <limits>

#include "connect/recording/edge.hpp"

namespace millwright::connect::recording {
namespace {

// The kind that the tag has in the plant file, where that can hold what was recorded.
Kind kind_of(net::RecordedKind recorded, Kind described) {
  switch (recorded) {
    case net::RecordedKind::number:
      return described == Kind::single ? Kind::single : Kind::number;
    case net::RecordedKind::integer:
      return Kind::integer;
    case net::RecordedKind::natural:
      return Kind::natural;
    case net::RecordedKind::boolean:
      return Kind::boolean;
    case net::RecordedKind::text:
      break;
  }
  return Kind::text;
}

}  // namespace

Outcome Translator::take(const net::RecordedTags& tags) {
  for (const net::RecordedTag& tag : tags.tags) {
    const auto described = kinds_.find(tag.path);
    if (described == kinds_.end()) {
      if (first_unknown_.empty()) first_unknown_ = tag.path;
      tags_.emplace_back();
      continue;
    }
    ++known_;
    const TagId id = TRY(catalogue_.tag(tag.path, described->second, "", true));
    tags_.push_back({id, kind_of(tag.kind, described->second)});
  }
  return Done{};
}

Readings Translator::readings_of(const net::RecordedBlock& block) const {
  Readings readings(source_);
  readings.reserve(block.times.size() * block.columns.size());
  for (const net::RecordedColumn& column : block.columns) {
    const Mapped& to = tags_[column.tag];
    if (!to.tag) continue;
    for (std::size_t row = 0; row < block.times.size(); ++row) {
      const Quality quality{column.qualities.empty() ? 0 : column.qualities[row]};
      readings.add(*to.tag, to.kind, instant(block.times[row]), Scalar::of(column.values[row]),
                   quality);
    }
  }
  return readings;
}

Readings Translator::readings_of(const net::RecordedEvents& events) const {
  Readings readings(source_);
  for (const net::RecordedEvent& event : events.rows) {
    const Mapped& to = tags_[event.tag];
    if (!to.tag) continue;
    const Instant at = instant(event.at);
    const Quality quality{event.quality};
    if (const auto* text = std::get_if<std::string>(&event.value)) {
      readings.add_text(*to.tag, at, *text, quality);
      continue;
    }
    Scalar value;
    if (const auto* number = std::get_if<double>(&event.value)) value = Scalar::of(*number);
    if (const auto* integer = std::get_if<std::int64_t>(&event.value)) value = Scalar::of(*integer);
    if (const auto* natural = std::get_if<std::uint64_t>(&event.value))
      value = Scalar::of(*natural);
    if (const auto* flag = std::get_if<bool>(&event.value)) value = Scalar::of(*flag);
    readings.add(*to.tag, to.kind, at, value, quality);
  }
  return readings;
}

}  // namespace millwright::connect::recording
