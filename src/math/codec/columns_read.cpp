#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "math/codec/codec.hpp"

namespace millwright::math {
namespace {

constexpr std::size_t size_bytes = 2;
constexpr std::size_t place_bytes = 4;

Error damaged(const char* what) {
  return fail(Code::corrupt, std::string("a column is damaged: ") + what);
}

template <class T>
T number_at(ByteView bytes, std::size_t i) {
  T value = 0;
  std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
  return value;
}

}  // namespace

Result<Vectors> Vectors::open(ByteView bytes, std::size_t rows) {
  if (rows > column_list_values_max) return damaged("it has too many rows");
  Vectors vectors;
  vectors.rows_ = rows;
  const std::size_t table = vectors.count() * size_bytes;
  if (table > bytes.size()) return damaged("it ends in the table of its vectors");
  vectors.table_ = bytes.first(table);
  vectors.bytes_ = bytes.subspan(table);
  std::size_t size = 0;
  for (std::size_t i = 0; i < vectors.count(); ++i)
    size += number_at<std::uint16_t>(vectors.table_, i);
  if (size != vectors.bytes_.size()) return damaged("its vectors are not as long as it is");
  return vectors;
}

std::size_t Vectors::rows_of(std::size_t vector) const {
  CHECK(vector < count());
  return std::min(vector_rows, rows_ - vector * vector_rows);
}

ByteView Vectors::bytes_of(std::size_t vector) const {
  CHECK(vector < count());
  std::size_t at = 0;
  for (std::size_t i = 0; i < vector; ++i)
    at += number_at<std::uint16_t>(table_, i);
  return bytes_.subspan(at, number_at<std::uint16_t>(table_, vector));
}

Result<Numbers> Numbers::open(ByteView bytes, std::size_t rows, const Kernels& kernels) {
  return Numbers(TRY(Vectors::open(bytes, rows)), kernels);
}

Outcome Numbers::decode(std::size_t vector, std::span<double> out) const {
  CHECK(out.size() >= rows_of(vector));
  Reader in(bytes_of(vector));
  return TRY(NumberVector::read(in, rows_of(vector))).decode(*kernels_, out.data());
}

Result<NumberVector::Summary> Numbers::summary(std::size_t vector) const {
  Reader in(bytes_of(vector));
  return TRY(NumberVector::read(in, rows_of(vector))).summary(*kernels_);
}

Result<Integers> Integers::open(ByteView bytes, std::size_t rows, const Kernels& kernels) {
  return Integers(TRY(Vectors::open(bytes, rows)), kernels);
}

Result<IntegerVector> Integers::vector(std::size_t i) const {
  Reader in(bytes_of(i));
  return IntegerVector::read(in, rows_of(i));
}

Outcome Integers::decode(std::size_t vector, std::span<std::int64_t> out) const {
  CHECK(out.size() >= rows_of(vector));
  return TRY(this->vector(vector)).decode(*kernels_, out.data());
}

Outcome Integers::decode(std::size_t vector, std::span<std::uint64_t> out) const {
  std::array<std::int64_t, vector_rows> wide;
  TRY(decode(vector, std::span<std::int64_t>(wide)));
  CHECK(out.size() >= rows_of(vector));
  for (std::size_t i = 0; i < rows_of(vector); ++i)
    out[i] = static_cast<std::uint64_t>(wide[i]);
  return Done{};
}

Outcome Integers::decode(std::size_t vector, std::span<std::uint32_t> out) const {
  std::array<std::int64_t, vector_rows> wide;
  TRY(decode(vector, std::span<std::int64_t>(wide)));
  const std::size_t rows = rows_of(vector);
  CHECK(out.size() >= rows);
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    all |= static_cast<std::uint64_t>(wide[i]);
    out[i] = static_cast<std::uint32_t>(wide[i]);
  }
  if (all > std::numeric_limits<std::uint32_t>::max())
    return damaged("a status or a length has more than 32 bits");
  return Done{};
}

Outcome Integers::decode(std::size_t vector, std::span<std::uint8_t> out) const {
  std::array<std::int64_t, vector_rows> wide;
  TRY(decode(vector, std::span<std::int64_t>(wide)));
  const std::size_t rows = rows_of(vector);
  CHECK(out.size() >= rows);
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    all |= static_cast<std::uint64_t>(wide[i]);
    out[i] = static_cast<std::uint8_t>(wide[i]);
  }
  if (all > 1) return damaged("a boolean is neither 0 nor 1");
  return Done{};
}

Result<IntegerVector::Summary> Integers::summary(std::size_t vector) const {
  return TRY(this->vector(vector)).summary(*kernels_);
}

Result<Texts> Texts::open(ByteView bytes, std::size_t rows, const Kernels& kernels) {
  Reader in(bytes);
  Texts texts;
  const auto form = TRY(in.fixed<std::uint8_t>());
  if (form > 1) return damaged("its texts are neither plain nor in a dictionary");
  texts.is_dictionary_ = form == 0;
  std::size_t ends = (rows + vector_rows - 1) / vector_rows + 1;
  if (texts.is_dictionary_) {
    ends = texts.texts_ = TRY(in.fixed<std::uint32_t>());
    if (ends == 0 || ends > dictionary_texts_max) return damaged("its dictionary is too long");
  }
  texts.ends_ = TRY(in.raw(ends * place_bytes));
  std::uint32_t before = 0;
  for (std::size_t i = 0; i < ends; ++i) {
    const auto end = number_at<std::uint32_t>(texts.ends_, i);
    if (end < before || end > column_text_bytes_max) return damaged("its texts end too far away");
    before = end;
  }
  texts.heap_ = TRY(in.raw(before));
  texts.places_ = TRY(Integers::open(TRY(in.raw(in.left())), rows, kernels));
  return texts;
}

Result<std::string_view> Texts::dictionary_text(std::size_t i) const {
  if (i >= texts_) return damaged("a text is not in its dictionary");
  const auto start = i == 0 ? 0 : number_at<std::uint32_t>(ends_, i - 1);
  const auto end = number_at<std::uint32_t>(ends_, i);
  return std::string_view(reinterpret_cast<const char*>(heap_.data()) + start, end - start);
}

Outcome Texts::decode(std::size_t vector, std::span<std::string_view> out) const {
  std::array<std::uint32_t, vector_rows> places;
  TRY(places_.decode(vector, std::span<std::uint32_t>(places)));
  const std::size_t rows = rows_of(vector);
  CHECK(out.size() >= rows);
  if (is_dictionary_) {
    for (std::size_t i = 0; i < rows; ++i)
      out[i] = TRY(dictionary_text(places[i]));
    return Done{};
  }
  std::size_t at = number_at<std::uint32_t>(ends_, vector);
  const std::size_t end = number_at<std::uint32_t>(ends_, vector + 1);
  for (std::size_t i = 0; i < rows; ++i) {
    if (places[i] > end - at) return damaged("a text is longer than what is left");
    out[i] = {reinterpret_cast<const char*>(heap_.data()) + at, places[i]};
    at += places[i];
  }
  return Done{};
}

Result<Lists> Lists::open(ByteView bytes, std::size_t rows, const Kernels& kernels) {
  Reader in(bytes);
  const std::size_t starts = (rows + vector_rows - 1) / vector_rows + 1;
  const ByteView starts_bytes = TRY(in.raw(starts * place_bytes));
  std::uint32_t before = 0;
  for (std::size_t i = 0; i < starts; ++i) {
    const auto start = number_at<std::uint32_t>(starts_bytes, i);
    if (start < before || start > column_list_values_max) return damaged("its lists are too long");
    before = start;
  }
  const auto size = TRY(in.fixed<std::uint32_t>());
  const Integers lengths = TRY(Integers::open(TRY(in.raw(size)), rows, kernels));
  const Numbers values = TRY(Numbers::open(TRY(in.raw(in.left())), before, kernels));
  return Lists(lengths, values, starts_bytes);
}

Result<std::size_t> Lists::decode(std::size_t vector, std::span<std::uint32_t> lengths) const {
  TRY(lengths_.decode(vector, lengths));
  const std::size_t start = number_at<std::uint32_t>(starts_, vector);
  const std::size_t end = number_at<std::uint32_t>(starts_, vector + 1);
  std::size_t at = start;
  for (std::size_t i = 0; i < rows_of(vector); ++i)
    at += lengths[i];
  if (at != end) return damaged("the lengths of its lists do not add up");
  return start;
}

}  // namespace millwright::math
