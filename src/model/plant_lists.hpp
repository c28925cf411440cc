#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/describe.hpp"
#include "model/plant.hpp"

namespace millwright {

// Lists of the plant file that more than one module reads, each described once. The module that
// brings a list checks it; the others read it with their problems ignored.

// An item of the section `products:`.
struct ProductItem {
  std::string name, title, note;

  static constexpr auto describe() {
    using T = ProductItem;
    return record("product", required("name", &T::name, "", "As orders and tags call it."),
                  field("title", &T::title, "", "Name for people."),
                  field("note", &T::note, "", "A remark."));
  }
};

enum class ReasonKind : std::uint8_t { unplanned, planned, setup };
constexpr std::array<std::string_view, 3> reason_kind_words{"unplanned", "planned", "setup"};
constexpr std::span<const std::string_view> words_of(ReasonKind) {
  return reason_kind_words;
}

// An item of `reasons:` and of `scrap_reasons:`.
struct Reason {
  std::string name, title;
  ReasonKind kind = ReasonKind::unplanned;
  std::vector<std::string> machines;
  std::string note;

  static constexpr auto describe() {
    using T = Reason;
    return record("reason", required("name", &T::name, "", "One word, once in the list."),
                  field("title", &T::title, "", "Name for people."),
                  field("kind", &T::kind, "", "What kind of stop it tells."),
                  field("machines", &T::machines, "", "Paths of machines; absent: all."),
                  field("note", &T::note, "", "A remark."));
  }
};

constexpr std::size_t reasons_max = 20;  // that apply to one machine
constexpr std::size_t products_max = 10'000;

// Each reads a list of the plant file; empty when it has none. Every problem has its line and
// column. Thread: any; pure.
std::vector<ProductItem> read_products(const Plant& plant, Problems& problems);
std::vector<Reason> read_reasons(const Plant& plant, const std::string& key, Problems& problems);

// What people call it: its title, else its name.
std::string title_of(const ProductItem& product);
std::string title_of(const Reason& reason);
// Whether a reason may be told at the machine with this whole path.
bool applies(const Reason& reason, const Plant& plant, std::string_view machine_path);

}  // namespace millwright
