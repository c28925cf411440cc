#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "model/describe.hpp"
#include "model/node.hpp"

namespace millwright {

// Fills described structs from a document: every wrong value and every unknown key is a problem
// with its place, and the member keeps its default. Thread: any; pure.

namespace detail {

void expect(const Node& node, const std::string& where, std::string_view expected,
            Problems& problems);
void unknown_word(const Node& node, const std::string& where,
                  std::span<const std::string_view> known, Problems& problems);
void unknown_key(const Node::Entry& entry, const std::string& where,
                 std::span<const std::string_view> known, Problems& problems);
void missing_key(const Node& node, const std::string& where, std::string_view key,
                 std::string_view help, Problems& problems);

bool load_bool(const Node& node, const std::string& where, bool& value, Problems& problems);
bool load_integer(const Node& node, const std::string& where, std::int64_t& value,
                  Problems& problems);
bool load_number(const Node& node, const std::string& where, double& value, Problems& problems);
bool load_text(const Node& node, const std::string& where, std::string& value, Problems& problems);
bool load_duration(const Node& node, const std::string& where, Duration& value, Problems& problems);
bool load_instant(const Node& node, const std::string& where, Instant& value, Problems& problems);

}  // namespace detail

// Keys that belong to somebody else in the same map (a machine's `state:` belongs to watch/state).
using ForeignKeys = std::vector<std::string_view>;

template <class T>
void load(const Node& node, const std::string& where, T& value, Problems& problems,
          const ForeignKeys& foreign = {});

namespace detail {

template <std::integral T>
void load_whole(const Node& node, const std::string& where, T& value, Problems& problems) {
  std::int64_t wide = 0;
  if (!load_integer(node, where, wide, problems)) return;
  if (!std::in_range<T>(wide)) {
    expect(node, where,
           "a whole number from " + std::to_string(std::numeric_limits<T>::min()) + " to " +
               std::to_string(std::numeric_limits<T>::max()),
           problems);
    return;
  }
  value = static_cast<T>(wide);
}

template <Worded T>
void load_word(const Node& node, const std::string& where, T& value, Problems& problems) {
  const std::span<const std::string_view> known = words_of(T{});
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (node.kind == Node::Kind::scalar && node.text == known[i]) {
      value = static_cast<T>(i);
      return;
    }
  }
  unknown_word(node, where, known, problems);
}

template <class T>
void load_list(const Node& node, const std::string& where, std::vector<T>& items,
               Problems& problems) {
  if (node.kind != Node::Kind::list) return expect(node, where, "a list", problems);
  items.clear();
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    load(node.items[i], place(where, label_of(node.items[i], i)), items.emplace_back(), problems);
  }
}

template <class T>
void load_map(const Node& node, const std::string& where, std::map<std::string, T>& items,
              Problems& problems) {
  if (node.kind != Node::Kind::map) return expect(node, where, "keys with values", problems);
  items.clear();
  for (const Node::Entry& entry : node.entries)
    load(entry.value, place(where, entry.key), items[entry.key], problems);
}

// A null that is written out is absent; a wrong value leaves what was there.
template <class T>
void load_optional(const Node& node, const std::string& where, std::optional<T>& value,
                   Problems& problems) {
  if (node.kind == Node::Kind::null && !node.text.empty()) return value.reset();
  const std::size_t before = problems.count();
  T loaded{};
  load(node, where, loaded, problems);
  if (problems.count() == before) value = std::move(loaded);
}

template <Described T>
void load_record(const Node& node, const std::string& where, T& value, Problems& problems,
                 const ForeignKeys& foreign) {
  if (node.kind != Node::Kind::map) return expect(node, where, "keys with values", problems);
  std::vector<std::string_view> known;
  each_field<T>([&](const auto& f) {
    known.push_back(f.name);
    if (const Node* found = node.find(f.name); found != nullptr) {
      load(*found, place(where, f.name), value.*f.member, problems);
    } else if (f.presence == Presence::required) {
      missing_key(node, where, f.name, f.help, problems);
    }
  });
  known.insert(known.end(), foreign.begin(), foreign.end());
  for (const Node::Entry& entry : node.entries) {
    bool is_known = false;
    for (const std::string_view name : known)
      is_known = is_known || name == entry.key;
    if (!is_known) unknown_key(entry, where, known, problems);
  }
}

}  // namespace detail

template <class T>
void load(const Node& node, const std::string& where, T& value, Problems& problems,
          const ForeignKeys& foreign) {
  if constexpr (Described<T>) {
    detail::load_record(node, where, value, problems, foreign);
  } else if constexpr (std::is_same_v<T, bool>) {
    detail::load_bool(node, where, value, problems);
  } else if constexpr (std::is_integral_v<T>) {
    detail::load_whole(node, where, value, problems);
  } else if constexpr (std::is_same_v<T, double>) {
    detail::load_number(node, where, value, problems);
  } else if constexpr (std::is_same_v<T, std::string>) {
    detail::load_text(node, where, value, problems);
  } else if constexpr (std::is_same_v<T, Duration>) {
    detail::load_duration(node, where, value, problems);
  } else if constexpr (std::is_same_v<T, Instant>) {
    detail::load_instant(node, where, value, problems);
  } else if constexpr (Worded<T>) {
    detail::load_word(node, where, value, problems);
  } else if constexpr (IsOptional<T>::value) {
    detail::load_optional(node, where, value, problems);
  } else if constexpr (IsMap<T>::value) {
    detail::load_map(node, where, value, problems);
  } else {
    static_assert(IsList<T>::value, "this type cannot be loaded: describe it");
    detail::load_list(node, where, value, problems);
  }
}

}  // namespace millwright
