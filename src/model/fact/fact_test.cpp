#include "model/fact/fact.hpp"

#include <gtest/gtest.h>

#include <random>

#include "model/described_bytes.hpp"
#include "model/described_json.hpp"

namespace millwright {
namespace {

// Fills any described struct from a seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::uint64_t below(std::uint64_t n) { return random_() % n; }

  template <class T>
  T any() {
    T value{};
    if constexpr (Described<T>) {
      each_field<T>([&](const auto& f) {
        using Type = typename std::remove_cvref_t<decltype(f)>::Type;
        value.*f.member = any<Type>();
      });
    } else if constexpr (Worded<T>) {
      value = static_cast<T>(below(words_of(T{}).size()));
    } else if constexpr (std::is_same_v<T, bool>) {
      value = below(2) == 1;
    } else if constexpr (std::is_integral_v<T>) {
      value = static_cast<T>(random_());
    } else if constexpr (std::is_same_v<T, std::string>) {
      for (std::uint64_t i = below(20); i > 0; --i)
        value += static_cast<char>(below(256));
    } else if constexpr (std::is_same_v<T, Instant>) {
      value = instant(static_cast<std::int64_t>(random_()));
    } else if constexpr (IsOptional<T>::value) {
      if (below(2) == 1) value = any<typename T::value_type>();
    } else if constexpr (IsList<T>::value) {
      for (std::uint64_t i = below(20); i > 0; --i)
        value.push_back(any<typename T::value_type>());
    } else {
      value.value = static_cast<decltype(value.value)>(random_());  // an id
    }
    return value;
  }

 private:
  std::mt19937_64 random_;
};

Bytes bytes_of(const What& what) {
  Bytes bytes;
  Writer out(bytes);
  write_what(out, what);
  return bytes;
}

// Calls visit(fact) with a random fact of each kind there is.
template <class Visit>
void each_kind(Dice& dice, const Visit& visit) {
  const auto family = [&]<class... Ts>(const std::variant<Ts...>*) {
    (visit(What(std::variant<Ts...>(dice.any<Ts>()))), ...);
  };
  const auto families = [&]<class... Fs>(const std::variant<Readings, Fs...>*) {
    (family(static_cast<const Fs*>(nullptr)), ...);
  };
  families(static_cast<const What*>(nullptr));
}

TEST(Fact, EveryKindIsReadAsItWasWritten) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Dice dice(seed);
    std::size_t kinds = 0;
    each_kind(dice, [&](const What& what) {
      ++kinds;
      const Bytes bytes = bytes_of(what);
      Reader in(bytes);
      const auto read = read_what(in);
      ASSERT_TRUE(read) << "seed " << seed << ", kind " << kinds;
      EXPECT_TRUE(in.is_at_end()) << "seed " << seed << ", kind " << kinds;
      EXPECT_EQ(read->index(), what.index());
      EXPECT_EQ(bytes_of(*read), bytes) << "seed " << seed << ", kind " << kinds;
    });
    EXPECT_GE(kinds, 11U);
  }
}

TEST(Fact, BytesThatAreCutOffAnywhereAreRefused) {
  Dice dice(1);
  each_kind(dice, [](const What& what) {
    const Bytes bytes = bytes_of(what);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      Reader in(ByteView(bytes).first(size));
      EXPECT_FALSE(read_what(in)) << "family " << what.index() << ", " << size << " bytes";
    }
  });
}

TEST(Fact, AFamilyOrAKindThatIsUnknownIsCorrupt) {
  for (const Bytes& bytes : {Bytes{200}, Bytes{std::variant_size_v<What>}, Bytes{1, 77}, Bytes{}}) {
    Reader in(bytes);
    const auto read = read_what(in);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Code::corrupt);
  }
}

TEST(Fact, NoiseIsReadOrRefusedButNeverMore) {
  std::mt19937_64 random(42);
  std::size_t refused = 0;
  constexpr std::size_t rounds = 20'000;
  for (std::size_t i = 0; i < rounds; ++i) {
    Bytes bytes(random() % 64);
    for (std::uint8_t& byte : bytes)
      byte = static_cast<std::uint8_t>(random());
    if (!bytes.empty()) bytes[0] = static_cast<std::uint8_t>(i % std::variant_size_v<What>);
    Reader in(bytes);
    if (!read_what(in)) ++refused;
  }
  EXPECT_GT(refused, rounds / 2);
}

TEST(Fact, GetFindsWhatAFactSays) {
  Fact fact;
  fact.what = fact::Line(fact::Woke{"state", instant(5), 7});
  ASSERT_NE(get<fact::Woke>(fact), nullptr);
  EXPECT_EQ(get<fact::Woke>(fact)->key, 7U);
  EXPECT_EQ(get<fact::JobAnswered>(fact), nullptr);
  EXPECT_EQ(get<Readings>(fact), nullptr);
  fact.what = Readings(SourceId{1});
  EXPECT_NE(get<Readings>(fact), nullptr);
}

// The stored form of one fact, byte by byte: it must never change.
TEST(Fact, TheStoredFormStays) {
  const What what = fact::Catalogue(fact::TagFound{TagId{5}, "a/b", Kind::text, "mm", true});
  EXPECT_EQ(bytes_of(what), (Bytes{2, 0, 5, 0, 0, 0, 3, 'a', '/', 'b', 5, 2, 'm', 'm', 1}));
}

}  // namespace
}  // namespace millwright
