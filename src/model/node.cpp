#include "model/node.hpp"

#include <algorithm>

namespace millwright {
namespace {

constexpr std::size_t found_bytes_max = 60;

// At most found_bytes_max bytes of a text, whole characters, on one line.
std::string shortened(std::string_view text) {
  const bool is_long = text.size() > found_bytes_max;
  std::size_t end = is_long ? found_bytes_max : text.size();
  while (is_long && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  std::string out(text.substr(0, end));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c >= 0 && c < ' '; }, ' ');
  return is_long ? out + "…" : out;
}

}  // namespace

const Node::Entry* Node::find_entry(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

const Node* Node::find(std::string_view key) const {
  const Entry* entry = find_entry(key);
  return entry == nullptr ? nullptr : &entry->value;
}

std::string label_of(const Node& item, std::size_t index) {
  for (const std::string_view key : {"path", "name"}) {
    const Node* label = item.find(key);
    if (label != nullptr && label->kind == Node::Kind::scalar && !label->text.empty())
      return shortened(label->text);
  }
  return std::to_string(index + 1);
}

std::string place(std::string_view outer, std::string_view inner) {
  std::string out(outer);
  if (!outer.empty() && !inner.empty()) out += '/';
  return out.append(inner);
}

std::string found_in(const Node& node) {
  switch (node.kind) {
    case Node::Kind::scalar:
      return "'" + shortened(node.text) + "'";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "keys with values";
    case Node::Kind::null:
    case Node::Kind::refused:
      break;
  }
  return "nothing";
}

std::string to_text(const Problem& problem, std::string_view file) {
  std::string out(file);
  out += ':' + std::to_string(problem.at.line) + ':' + std::to_string(problem.at.column) + ": ";
  if (!problem.where.empty()) out += problem.where + ": ";
  out += "found " + problem.found + ", expected " + problem.expected;
  if (!problem.nearest.empty()) out += "; did you mean '" + problem.nearest + "'?";
  return out;
}

void Problems::add(Problem problem) {
  if (list_.size() < problems_max) list_.push_back(std::move(problem));
  ++count_;
}

void Problems::sort() {
  std::stable_sort(list_.begin(), list_.end(),
                   [](const Problem& a, const Problem& b) { return a.at < b.at; });
}

}  // namespace millwright
