#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "math/codec/integers.hpp"
#include "math/codec/kernels.hpp"
#include "math/codec/limits.hpp"
#include "math/codec/numbers.hpp"

namespace millwright::math {

// Columns of at most column_rows_max values in bytes, decoded a vector of vector_rows at a time
// without allocation. Layout::bits is what is read most; Layout::planes is a little larger and
// what zstd shrinks well. A column does not tell how many rows it has: who reads it says so.
// Thread: any; pure.

// How a column is written: which loops, and which layout. Both sets of kernels write the same
// bytes.
struct Encoding {
  const Kernels* kernels = &best_kernels();
  Layout layout = Layout::bits;
};

struct ListsIn {
  std::span<const std::uint32_t> lengths;  // one a row
  std::span<const double> values;          // of all rows, one after the other
};

// Each appends one column. Shape: 1 to column_rows_max rows; texts and lists within the limits.
// Errors (texts and lists alone): invalid beyond the limits.
void write_numbers(std::span<const double> values, Bytes& out, Encoding how = {});
void write_integers(std::span<const std::int64_t> values, Bytes& out, Encoding how = {});
void write_naturals(std::span<const std::uint64_t> values, Bytes& out, Encoding how = {});
void write_booleans(std::span<const std::uint8_t> values, Bytes& out, Encoding how = {});
void write_times(std::span<const std::int64_t> nanoseconds, Bytes& out, Encoding how = {});
Outcome write_texts(std::span<const std::string_view> values, Bytes& out, Encoding how = {});
Outcome write_lists(const ListsIn& lists, Bytes& out, Encoding how = {});

// Vectors, one after the other, behind a table of their sizes.
class Vectors {
 public:
  static Result<Vectors> open(ByteView bytes, std::size_t rows);
  std::size_t rows() const { return rows_; }
  std::size_t count() const { return (rows_ + vector_rows - 1) / vector_rows; }
  // Rows of one vector. Shape (here and below): vector < count().
  std::size_t rows_of(std::size_t vector) const;
  ByteView bytes_of(std::size_t vector) const;

 private:
  std::size_t rows_ = 0;
  ByteView table_, bytes_;
};

// Columns that were written, without a copy of their bytes: these stay where they are. Each
// decode() writes rows_of(vector) values to the front of `out`, which has room for them.
// Errors: corrupt.
class Numbers : public Vectors {
 public:
  static Result<Numbers> open(ByteView bytes, std::size_t rows, const Kernels& = best_kernels());
  Outcome decode(std::size_t vector, std::span<double> out) const;
  // Least, most and sum, straight from the packed integers where that is possible.
  Result<NumberVector::Summary> summary(std::size_t vector) const;

 private:
  Numbers(const Vectors& vectors, const Kernels& kernels) : Vectors(vectors), kernels_(&kernels) {}
  const Kernels* kernels_;
};

class Integers : public Vectors {
 public:
  static Result<Integers> open(ByteView bytes, std::size_t rows, const Kernels& = best_kernels());
  Outcome decode(std::size_t vector, std::span<std::int64_t> out) const;
  Outcome decode(std::size_t vector, std::span<std::uint64_t> out) const;  // what were naturals
  Outcome decode(std::size_t vector, std::span<std::uint32_t> out) const;  // status codes, lengths
  Outcome decode(std::size_t vector, std::span<std::uint8_t> out) const;   // booleans: 0 or 1
  Result<IntegerVector::Summary> summary(std::size_t vector) const;

 private:
  friend class Texts;
  friend class Lists;
  Integers() = default;
  Integers(const Vectors& vectors, const Kernels& kernels) : Vectors(vectors), kernels_(&kernels) {}
  Result<IntegerVector> vector(std::size_t i) const;
  const Kernels* kernels_ = nullptr;
};

class Texts {
 public:
  static Result<Texts> open(ByteView bytes, std::size_t rows, const Kernels& = best_kernels());
  std::size_t rows() const { return places_.rows(); }
  std::size_t count() const { return places_.count(); }
  std::size_t rows_of(std::size_t vector) const { return places_.rows_of(vector); }
  // The texts lie in the bytes of the column.
  Outcome decode(std::size_t vector, std::span<std::string_view> out) const;

 private:
  Result<std::string_view> dictionary_text(std::size_t i) const;
  bool is_dictionary_ = false;
  std::size_t texts_ = 0;  // in the dictionary
  ByteView ends_;          // of the texts of the dictionary, or the starts of vectors
  ByteView heap_;
  Integers places_;  // places in the dictionary, or lengths
};

class Lists {
 public:
  static Result<Lists> open(ByteView bytes, std::size_t rows, const Kernels& = best_kernels());
  std::size_t rows() const { return lengths_.rows(); }
  std::size_t count() const { return lengths_.count(); }
  std::size_t rows_of(std::size_t vector) const { return lengths_.rows_of(vector); }
  // The lengths of the vector's lists; returns where its first value lies in values().
  Result<std::size_t> decode(std::size_t vector, std::span<std::uint32_t> lengths) const;
  const Numbers& values() const { return values_; }
  bool has_values() const { return values_.rows() > 0; }

 private:
  Lists(const Integers& lengths, const Numbers& values, ByteView starts)
      : lengths_(lengths), values_(values), starts_(starts) {}
  Integers lengths_;
  Numbers values_;
  ByteView starts_;
};

}  // namespace millwright::math
