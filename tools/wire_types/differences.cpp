#include <map>

#include "base/text.hpp"
#include "wire_types.hpp"

namespace millwright {
namespace {

using Fields = std::map<std::string, std::string, std::less<>>;  // name: type
using Interfaces = std::map<std::string, Fields, std::less<>>;

constexpr std::string_view interface_word = "export interface ";
constexpr std::string_view field_word = "readonly ";

// "readonly since?: InstantText | null;" is since: "InstantText | null".
void add_field(std::string_view line, Fields& fields) {
  line.remove_prefix(field_word.size());
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  std::string_view name = line.substr(0, colon);
  if (name.ends_with('?')) name.remove_suffix(1);
  std::string_view type = trimmed(line.substr(colon + 1));
  if (type.ends_with(';')) type.remove_suffix(1);
  fields.emplace(name, type);
}

Interfaces interfaces_of(std::string_view text) {
  Interfaces out;
  Fields* open = nullptr;
  for (std::string_view line : split(text, '\n')) {
    line = trimmed(line);
    if (line.starts_with(interface_word)) {
      line.remove_prefix(interface_word.size());
      open = &out[std::string(line.substr(0, line.find(' ')))];
    } else if (line.starts_with('}')) {
      open = nullptr;
    } else if (open != nullptr && line.starts_with(field_word)) {
      add_field(line, *open);
    }
  }
  return out;
}

bool takes_null(std::string_view type) {
  return type.find("| null") != std::string_view::npos;
}

std::string_view without_null(std::string_view type) {
  return trimmed(type.substr(0, type.find("| null")));
}

// Words of a union that the page's file holds nowhere.
std::string unknown_words(std::string_view type, std::string_view page) {
  std::string out;
  for (const std::string_view part : split(type, '|')) {
    const std::string_view word = trimmed(part);
    if (!word.starts_with('\'') || page.find(word) != std::string_view::npos) continue;
    out.append(out.empty() ? "" : ", ").append(word);
  }
  return out;
}

std::string difference(std::string_view said, std::string_view read, std::string_view page) {
  if (takes_null(said) && !takes_null(read)) return "may be null, which the page does not take";
  const std::string_view type = without_null(said);
  if ((type == "number" || type == "boolean") && without_null(read) != type)
    return "is a " + std::string(type) + ", and the page reads " + std::string(read);
  const std::string words = unknown_words(type, page);
  return words.empty() ? "" : "may be " + words + ", which the page does not know";
}

}  // namespace

std::vector<std::string> differences(std::string_view said, std::string_view read) {
  std::vector<std::string> out;
  const Interfaces rows = interfaces_of(said);
  const Interfaces page = interfaces_of(read);
  for (const auto& [name, fields] : rows) {
    const auto on_page = page.find(name);
    if (on_page == page.end()) {
      out.push_back(name + " is said, and the page has no such interface");
      continue;
    }
    for (const auto& [field, type] : on_page->second) {
      const auto in_row = fields.find(field);
      const std::string what = in_row == fields.end() ? "is read by the page, and never said"
                                                      : difference(in_row->second, type, read);
      if (!what.empty()) out.push_back(name + "." + field + " " + what);
    }
  }
  return out;
}

}  // namespace millwright
