#include "model/readings.hpp"

#include <algorithm>
#include <limits>

namespace millwright {
namespace {

constexpr unsigned text_length_bits = 24;  // 16 MiB a text, 2^40 bytes of texts a batch
constexpr std::uint64_t text_length_max = (1U << text_length_bits) - 1;
constexpr std::uint64_t id_max = std::numeric_limits<std::uint32_t>::max();

// Stored readings begin with their form. The first form began with the source, which is less.
constexpr std::uint64_t second_form = id_max + 2;
// Where the times of a run are; stored above its kind.
enum class TimesAt : std::uint8_t { as_before, fresh, told };
constexpr unsigned times_at_shift = 6;

Error corrupt() {
  return fail(Code::corrupt, "stored readings do not fit together");
}

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

// A run shares the times of the run before for as long as they are equal; at the first that is not,
// it takes a copy of those that were.
void Readings::add_time(Run& run, Instant happened) {
  const std::size_t at = run.times + run.rows;
  if (at < times_.size() && times_[at] != happened) {
    const std::size_t shared = run.times;
    run.times = static_cast<std::uint32_t>(times_.size());
    for (std::size_t i = 0; i < run.rows; ++i)
      times_.push_back(times_[shared + i]);
  }
  if (run.times + run.rows == times_.size()) times_.push_back(happened);
  ++run.rows;
}

void Readings::add(TagId tag, Kind kind, Instant happened, Scalar value, Quality quality) {
  if (runs_.empty() || runs_.back().tag != tag || runs_.back().kind != kind) {
    const std::uint32_t shared = runs_.empty() ? 0 : runs_.back().times;
    runs_.push_back({tag, static_cast<std::uint32_t>(values_.size()), 0, kind, shared});
  }
  add_time(runs_.back(), happened);
  values_.push_back(value);
  if (!qualities_.empty()) {
    qualities_.push_back(quality);
  } else if (quality != quality::good) {
    set_quality(values_.size() - 1, quality);
  }
}

std::uint32_t Readings::add_times(std::span<const Instant> times) {
  const auto place = static_cast<std::uint32_t>(times_.size());
  times_.insert(times_.end(), times.begin(), times.end());
  return place;
}

std::span<Scalar> Readings::add_run(TagId tag, Kind kind, std::uint32_t times, std::size_t rows) {
  CHECK(times + rows <= times_.size() && kind != Kind::text);
  const std::size_t first = values_.size();
  runs_.push_back(
      {tag, static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(rows), kind, times});
  values_.resize(first + rows);
  if (!qualities_.empty()) qualities_.resize(values_.size(), quality::good);
  return {values_.data() + first, rows};
}

void Readings::set_quality(std::size_t row, Quality quality) {
  qualities_.resize(values_.size(), quality::good);
  qualities_[row] = quality;
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
}

void Readings::clear() {
  runs_.clear();
  times_.clear();
  values_.clear();
  qualities_.clear();
  texts_.clear();
}

void Readings::write(Writer& out) const {
  out.variable(second_form);
  out.variable(source_.value);
  out.variable(runs_.size());
  std::uint32_t before = 0;
  std::size_t fresh = 0;  // where times that no run has yet begin
  for (const Run& run : runs_) {
    const auto where = run.times == before  ? TimesAt::as_before
                       : run.times == fresh ? TimesAt::fresh
                                            : TimesAt::told;
    out.variable(run.tag.value);
    out.variable(run.rows);
    out.fixed(static_cast<std::uint8_t>(static_cast<unsigned>(run.kind) |
                                        static_cast<unsigned>(where) << times_at_shift));
    if (where == TimesAt::told) out.variable(run.times);
    before = run.times;
    fresh = std::max(fresh, std::size_t{run.times} + run.rows);
  }
  out.column(std::span<const Instant>(times_));
  out.column(std::span<const Scalar>(values_));
  out.column(std::span<const Quality>(qualities_));
  out.text(texts_);
}

Outcome Readings::read_runs(Reader& in) {
  const std::uint64_t runs = TRY(in.variable());
  if (runs > in.left()) return corrupt();
  runs_.reserve(runs);
  std::uint64_t rows = 0;
  std::uint64_t fresh = 0;
  std::uint64_t place = 0;
  for (std::uint64_t i = 0; i < runs; ++i) {
    const std::uint64_t tag = TRY(in.variable());
    const std::uint64_t count = TRY(in.variable());
    const auto how = TRY(in.fixed<std::uint8_t>());
    const auto where = static_cast<TimesAt>(how >> times_at_shift);
    const auto kind = static_cast<Kind>(how & ((1U << times_at_shift) - 1));
    if (where == TimesAt::fresh) place = fresh;
    if (where == TimesAt::told) place = TRY(in.variable());
    if (tag > id_max || count > id_max || place > id_max || rows + count > id_max) return corrupt();
    if (kind > Kind::text || where > TimesAt::told) return corrupt();
    runs_.push_back({TagId{static_cast<std::uint32_t>(tag)}, static_cast<std::uint32_t>(rows),
                     static_cast<std::uint32_t>(count), kind, static_cast<std::uint32_t>(place)});
    fresh = std::max(fresh, place + count);
    rows += count;
  }
  return Done{};
}

// Whether runs, columns and texts belong together.
bool Readings::fits() const {
  std::size_t rows = 0;
  for (const Run& run : runs_) {
    rows += run.rows;
    if (std::size_t{run.times} + run.rows > times_.size() || rows > values_.size()) return false;
    if (run.kind != Kind::text) continue;
    for (const Scalar& value : values(run)) {
      const std::uint64_t first = value.bits >> text_length_bits;
      if (first + (value.bits & text_length_max) > texts_.size()) return false;
    }
  }
  return rows == values_.size() && (qualities_.empty() || qualities_.size() == rows);
}

Result<Readings> Readings::read(Reader& in) {
  const std::uint64_t form = TRY(in.variable());
  if (form != second_form) return read_first_form(in, form);
  const std::uint64_t source = TRY(in.variable());
  if (source > id_max) return corrupt();
  Readings out(SourceId{static_cast<std::uint32_t>(source)});
  TRY(out.read_runs(in));
  TRY(in.column(out.times_));
  TRY(in.column(out.values_));
  TRY(in.column(out.qualities_));
  out.texts_ = TRY(in.text());
  if (!out.fits()) return corrupt();
  return out;
}

Result<Readings> Readings::read_first_form(Reader& in, std::uint64_t source) {
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
    const auto first = static_cast<std::uint32_t>(rows);
    out.runs_.push_back({TagId{static_cast<std::uint32_t>(tag)}, first,
                         static_cast<std::uint32_t>(count), kind, first});
    rows += count;
  }
  TRY(in.column(out.times_));
  TRY(in.column(out.values_));
  TRY(in.column(out.qualities_));
  out.texts_ = TRY(in.text());
  const bool has_all = out.times_.size() == rows && out.qualities_.size() == rows;
  if (!has_all || !out.fits()) return corrupt();
  return out;
}

}  // namespace millwright
