#include "model/fact/fact.hpp"

#include "model/described_bytes.hpp"

namespace millwright {
namespace {

template <class Family>
void write_family(Writer& out, const Family& family) {
  if constexpr (std::is_same_v<Family, Readings>) {
    family.write(out);
  } else {
    out.fixed(static_cast<std::uint8_t>(family.index()));
    std::visit([&](const auto& content) { write_bytes(out, content); }, family);
  }
}

template <class Family, std::size_t I = 0>
Outcome read_family(Reader& in, std::size_t index, Family& family) {
  if constexpr (I == std::variant_size_v<Family>) {
    return fail(Code::corrupt, "a stored fact is of a kind that this version does not know");
  } else {
    if (index == I) return read_bytes(in, family.template emplace<I>());
    return read_family<Family, I + 1>(in, index, family);
  }
}

template <std::size_t I = 1>
Outcome read_families(Reader& in, std::size_t family_index, What& what) {
  if constexpr (I == std::variant_size_v<What>) {
    return fail(Code::corrupt, "a stored fact is of a family that this version does not know");
  } else {
    if (family_index != I) return read_families<I + 1>(in, family_index, what);
    const auto index = TRY(in.fixed<std::uint8_t>());
    return read_family(in, index, what.template emplace<I>());
  }
}

}  // namespace

void write_what(Writer& out, const What& what) {
  out.fixed(static_cast<std::uint8_t>(what.index()));
  std::visit([&](const auto& family) { write_family(out, family); }, what);
}

Result<What> read_what(Reader& in) {
  const auto family = TRY(in.fixed<std::uint8_t>());
  if (family == 0) return What(TRY(Readings::read(in)));
  What what;
  TRY(read_families(in, family, what));
  return what;
}

}  // namespace millwright
