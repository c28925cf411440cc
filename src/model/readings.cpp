#include "model/readings.hpp"

#include <limits>

namespace millwright {
namespace {

constexpr unsigned text_length_bits = 24;  // 16 MiB a text, 2^40 bytes of texts a batch
constexpr std::uint64_t text_length_max = (1U << text_length_bits) - 1;

}  // namespace

double as_number(Kind kind, Scalar value) {
  switch (kind) {
    case Kind::number:
    case Kind::single:
      return value.number();
    case Kind::integer:
      return static_cast<double>(value.integer());
    case Kind::natural:
      return static_cast<double>(value.natural());
    case Kind::boolean:
      return value.boolean() ? 1 : 0;
    case Kind::text:
      break;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

std::string_view Readings::text(std::size_t row) const {
  const std::uint64_t bits = values_[row].bits;
  return std::string_view(texts_).substr(bits >> text_length_bits, bits & text_length_max);
}

void Readings::add(TagId tag, Kind kind, Instant happened, Scalar value, Quality quality) {
  if (runs_.empty() || runs_.back().tag != tag || runs_.back().kind != kind) {
    runs_.push_back({tag, static_cast<std::uint32_t>(times_.size()), 0, kind});
  }
  ++runs_.back().rows;
  times_.push_back(happened);
  values_.push_back(value);
  qualities_.push_back(quality);
}

void Readings::add_text(TagId tag, Instant happened, std::string_view text, Quality quality) {
  const std::string_view kept = text.substr(0, text_length_max);
  const std::uint64_t place = (std::uint64_t{texts_.size()} << text_length_bits) | kept.size();
  texts_ += kept;
  add(tag, Kind::text, happened, Scalar{place}, quality);
}

void Readings::reserve(std::size_t rows) {
  times_.reserve(rows);
  values_.reserve(rows);
  qualities_.reserve(rows);
}

void Readings::clear() {
  runs_.clear();
  times_.clear();
  values_.clear();
  qualities_.clear();
  texts_.clear();
}

void Readings::write(Writer& out) const {
  out.variable(source_.value);
  out.variable(runs_.size());
  for (const Run& run : runs_) {
    out.variable(run.tag.value);
    out.variable(run.rows);
    out.fixed(run.kind);
  }
  out.column(std::span<const Instant>(times_));
  out.column(std::span<const Scalar>(values_));
  out.column(std::span<const Quality>(qualities_));
  out.text(texts_);
}

Result<Readings> Readings::read(Reader& in) {
  constexpr std::uint64_t id_max = std::numeric_limits<std::uint32_t>::max();
  const auto corrupt = [] { return fail(Code::corrupt, "stored readings do not fit together"); };
  const std::uint64_t source = TRY(in.variable());
  const std::uint64_t runs = TRY(in.variable());
  if (source > id_max || runs > in.left()) return corrupt();
  Readings out(SourceId{static_cast<std::uint32_t>(source)});
  std::uint64_t rows = 0;
  for (std::uint64_t i = 0; i < runs; ++i) {
    const std::uint64_t tag = TRY(in.variable());
    const std::uint64_t count = TRY(in.variable());
    const Kind kind = TRY(in.fixed<Kind>());
    if (tag > id_max || count > id_max || rows + count > id_max || kind > Kind::text)
      return corrupt();
    out.runs_.push_back({TagId{static_cast<std::uint32_t>(tag)}, static_cast<std::uint32_t>(rows),
                         static_cast<std::uint32_t>(count), kind});
    rows += count;
  }
  TRY(in.column(out.times_));
  TRY(in.column(out.values_));
  TRY(in.column(out.qualities_));
  out.texts_ = TRY(in.text());
  if (out.times_.size() != rows || out.values_.size() != rows || out.qualities_.size() != rows)
    return corrupt();
  for (const Run& run : out.runs_) {
    if (run.kind != Kind::text) continue;
    for (const Scalar& value : out.values(run)) {
      const std::uint64_t first = value.bits >> text_length_bits;
      if (first + (value.bits & text_length_max) > out.texts_.size()) return corrupt();
    }
  }
  return out;
}

}  // namespace millwright
