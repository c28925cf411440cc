#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "model/document_text.hpp"
#include "model/node.hpp"

namespace millwright {
namespace {

// Walks over the text and tells how far the parser has read.
class Walk {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Walk(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
  reference operator*() const { return *at_; }
  Walk& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  friend bool operator==(const Walk& a, const Walk& b) { return a.at_ == b.at_; }
  friend bool operator!=(const Walk& a, const Walk& b) { return a.at_ != b.at_; }

 private:
  const char* at_;
  const char** furthest_;
};

class Builder {
 public:
  using Json = nlohmann::json;

  Builder(DocumentText& document, const NodeLimits& limits)
      : document_(document), limits_(limits), furthest_(document.text().data()) {}

  const char** furthest() { return &furthest_; }
  Node take() { return std::move(root_); }
  const std::optional<Error>& error() const { return error_; }

  bool null() { return add(Node::Kind::null, "null") != nullptr; }
  bool boolean(bool value) { return add(Node::Kind::scalar, value ? "true" : "false") != nullptr; }
  bool number_integer(std::int64_t value) {
    return add(Node::Kind::scalar, std::to_string(value)) != nullptr;
  }
  bool number_unsigned(std::uint64_t value) {
    return add(Node::Kind::scalar, std::to_string(value)) != nullptr;
  }
  bool number_float(double, const std::string& written) {
    return add(Node::Kind::scalar, written) != nullptr;
  }
  bool string(std::string& value) {
    Node* node = add(Node::Kind::scalar, value);
    if (node != nullptr) node->is_quoted = true;
    return node != nullptr;
  }
  bool binary(Json::binary_t&) { return refuse(last_end_, "bytes"); }
  bool start_object(std::size_t) { return open(Node::Kind::map); }
  bool start_array(std::size_t) { return open(Node::Kind::list); }
  bool key(std::string& name) {
    const std::size_t start = start_of_token();
    std::vector<Node::Entry>& entries = open_.back()->entries;
    entries.push_back({name, document_.at(start), {}});
    return count(start);
  }
  bool end_object() {
    last_end_ = end_of_token();
    std::vector<const Node::Entry*> order;
    for (const Node::Entry& entry : open_.back()->entries)
      order.push_back(&entry);
    std::stable_sort(order.begin(), order.end(),
                     [](const auto* a, const auto* b) { return a->key < b->key; });
    const auto repeated = std::adjacent_find(
        order.begin(), order.end(), [](const auto* a, const auto* b) { return a->key == b->key; });
    if (repeated != order.end()) {
      const Node::Entry& second = **std::next(repeated);
      return refuse_at(second.at, "the key '" + second.key + "' stands here a second time");
    }
    open_.pop_back();
    return true;
  }
  bool end_array() {
    last_end_ = end_of_token();
    open_.pop_back();
    return true;
  }
  bool parse_error(std::size_t byte, const std::string&, const Json::exception& e) {
    // "[json.exception.parse_error.101] parse error at line 1, column 5: syntax error while parsing
    // value - what is wrong": what is wrong is for people.
    std::string_view words = e.what();
    for (const std::string_view before : {"] ", " - "}) {
      if (const std::size_t at = words.find(before); at != std::string_view::npos)
        words.remove_prefix(at + before.size());
    }
    return refuse(byte == 0 ? 0 : byte - 1, std::string(words));
  }

 private:
  std::size_t end_of_token() const {
    return static_cast<std::size_t>(furthest_ - document_.text().data());
  }
  std::size_t start_of_token() {
    const std::size_t start =
        std::min(document_.text().find_first_not_of(" \t\r\n,:", last_end_), end_of_token());
    last_end_ = end_of_token();
    return start;
  }

  bool refuse_at(Position at, const std::string& why) {
    error_ = fail(Code::invalid, "line " + std::to_string(at.line) + ", column " +
                                     std::to_string(at.column) + ": " + why);
    return false;
  }
  bool refuse(std::size_t byte, const std::string& why) {
    return refuse_at(document_.at(byte), why);
  }
  bool count(std::size_t byte) {
    if (++nodes_ <= limits_.nodes_max) return true;
    return refuse(byte, "there are more than " + std::to_string(limits_.nodes_max) + " values");
  }

  Node* add(Node::Kind kind, std::string text) {
    const std::size_t start = start_of_token();
    Node* node = &root_;
    if (!open_.empty()) {
      Node& parent = *open_.back();
      node = parent.kind == Node::Kind::map ? &parent.entries.back().value
                                            : &parent.items.emplace_back();
    }
    node->kind = kind;
    node->at = document_.at(start);
    node->text = std::move(text);
    return count(start) ? node : nullptr;
  }

  bool open(Node::Kind kind) {
    Node* node = add(kind, {});
    if (node == nullptr) return false;
    if (open_.size() >= limits_.depth_max) {
      return refuse_at(node->at, "there are more than " + std::to_string(limits_.depth_max) +
                                     " levels inside one another");
    }
    open_.push_back(node);
    return true;
  }

  DocumentText& document_;
  const NodeLimits& limits_;
  const char* furthest_;
  std::optional<Error> error_;
  Node root_;
  std::vector<Node*> open_;
  std::size_t nodes_ = 0;
  std::size_t last_end_ = 0;
};

}  // namespace

Result<Node> read_json(std::string_view text, const NodeLimits& limits) {
  if (text.size() > limits.bytes_max) {
    return fail(Code::invalid, "the JSON text has " + std::to_string(text.size()) +
                                   " bytes, more than " + std::to_string(limits.bytes_max));
  }
  DocumentText document(text);
  Builder builder(document, limits);
  bool is_read = false;
  try {
    is_read =
        nlohmann::json::sax_parse(Walk(text.data(), builder.furthest()),
                                  Walk(text.data() + text.size(), builder.furthest()), &builder);
  } catch (const nlohmann::json::exception& e) {
    return fail(Code::invalid, std::string("the JSON text cannot be read: ") + e.what());
  }
  if (!is_read) return builder.error().value_or(fail(Code::invalid, "this is not JSON"));
  return builder.take();
}

}  // namespace millwright
