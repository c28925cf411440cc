#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <numeric>
#include <streambuf>

#include "model/document_text.hpp"
#include "model/node.hpp"
#include "model/yaml_words.hpp"

namespace millwright {
namespace {

// Ends the parser's work: the document is beyond a limit, or has a part that has no meaning here.
struct Refused {
  Problem problem;
};

constexpr std::string_view plain_tag = "?";   // yaml-cpp: no tag, not quoted
constexpr std::string_view quoted_tag = "!";  // no tag, quoted or a block of text

class Builder final : public YAML::EventHandler {
 public:
  Builder(DocumentText& document, const NodeLimits& limits, Problems& problems)
      : document_(document), limits_(limits), problems_(problems) {}

  Node take() { return std::move(root_); }
  std::optional<LongQuote> long_quote() const { return long_quote_; }
  std::optional<Position> open_bracket() const {
    if (open_.empty() || !open_.back().is_flow) return std::nullopt;
    return open_.back().node->at;
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (!is_started_) return static_cast<void>(is_started_ = true);
    throw Refused{{place_of(mark), "", "text after the end of the document",
                   "one document in a file: its keys under one another, and no second '---'", ""}};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    Position at = place_of(mark);
    if (has_key() && at.line != open_.back().key_at.line) at = open_.back().key_at;
    const std::string_view written = document_.text().substr(last_value_byte_);
    if (is_key_next()) return add_key(at, "");
    Node& node = add(Node::Kind::null, at);
    if (written.starts_with("~") || written.starts_with("null")) node.text = "null";
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    const Position at = place_of(mark);
    report({at, where(), "an alias ('*')", "the value itself: a plant file has no aliases", ""});
    if (is_key_next()) return add_key(at, "*");
    add(Node::Kind::refused, at);
  }

  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    report({place_of(mark), where(), "the anchor '&" + name + "'",
            "the value without a name: a plant file has no aliases", ""});
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    const Position at = place_of(mark);
    refuse_tag(at, tag);
    if (tag == quoted_tag) follow_quote(at);
    if (is_key_next()) return add_key(at, value);
    Node& node = add(Node::Kind::scalar, at);
    node.text = value;
    node.is_quoted = tag == quoted_tag;
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value style) override {
    open(Node::Kind::list, mark, tag, style == YAML::EmitterStyle::Flow);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value style) override {
    open(Node::Kind::map, mark, tag, style == YAML::EmitterStyle::Flow);
  }
  void OnMapEnd() override {
    refuse_repeated_keys();
    close();
  }

 private:
  struct Open {
    Node* node;
    bool is_flow = false;
    bool has_key = false;
    Position key_at{};
  };

  Position place_of(const YAML::Mark& mark) {
    if (mark.is_null()) return {};
    const auto line = static_cast<std::size_t>(mark.line);
    const auto byte = static_cast<std::size_t>(mark.column);
    last_value_byte_ = document_.byte_of(line, byte);
    return document_.at(line, byte);
  }

  bool has_key() const { return !open_.empty() && open_.back().has_key; }
  bool is_key_next() const {
    return !open_.empty() && open_.back().node->kind == Node::Kind::map && !open_.back().has_key;
  }

  void report(Problem problem) { problems_.add(std::move(problem)); }

  // The path of what is being read: machines/frames/machining/cnc3/tags/speed.
  std::string where() const {
    std::string out;
    for (const Open& open : open_) {
      const Node& node = *open.node;
      const bool is_inside = &open != &open_.back();  // what is open next is its last value
      if (node.kind == Node::Kind::map && (is_inside || open.has_key))
        out = place(out, node.entries.back().key);
      if (node.kind == Node::Kind::list && is_inside)
        out = place(out, label_of(node.items.back(), node.items.size() - 1));
    }
    return out;
  }

  void count(Position at) {
    if (++nodes_ <= limits_.nodes_max) return;
    throw Refused{{at, where(), "more than " + std::to_string(limits_.nodes_max) + " values",
                   "a smaller file: split the plant", ""}};
  }

  void refuse_tag(Position at, const std::string& tag) {
    if (tag.empty() || tag == plain_tag || tag == quoted_tag) return;
    report({at, where(), "the type mark '" + tag + "'", "the value without a mark", ""});
  }

  // The parser takes a quote that is never closed as closed by the end of the file; a person meant
  // something else.
  void follow_quote(Position at) {
    const std::size_t first = last_value_byte_;
    const auto end = end_of_quoted(document_.text(), first);
    if (!end) throw Refused{unclosed_quote(at)};
    const std::string_view inside = document_.text().substr(first, *end - first);
    const auto lines = std::count(inside.begin(), inside.end(), '\n');
    if (lines > 0) long_quote_ = {at, at.line + static_cast<std::uint32_t>(lines)};
  }

  void add_key(Position at, const std::string& key) {
    count(at);
    Open& open = open_.back();
    if (key.empty()) report({at, where(), "a key without a name", "a name before the ':'", ""});
    open.node->entries.push_back({key, at, {}});
    open.has_key = true;
    open.key_at = at;
  }

  Node& add(Node::Kind kind, Position at) {
    count(at);
    Node* node = &root_;
    if (!open_.empty()) {
      Open& parent = open_.back();
      node = parent.node->kind == Node::Kind::map ? &parent.node->entries.back().value
                                                  : &parent.node->items.emplace_back();
      parent.has_key = false;
    }
    node->kind = kind;
    node->at = at;
    return *node;
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, bool is_flow) {
    const Position at = place_of(mark);
    refuse_tag(at, tag);
    if (is_key_next()) {
      // For the parser a bracket that is never closed is the beginning of a key.
      if (is_flow && !is_closed_bracket(document_.text(), last_value_byte_))
        throw Refused{unclosed_bracket(at)};
      throw Refused{{at, where(), "a list or a map as a key", "a name before the ':'", ""}};
    }
    if (open_.size() >= limits_.depth_max) {
      throw Refused{{at, where(), "more than " + std::to_string(limits_.depth_max) + " levels",
                     "fewer levels inside one another", ""}};
    }
    open_.push_back({&add(kind, at), is_flow});
  }

  void close() { open_.pop_back(); }

  // Keeps the first of keys that are the same.
  void refuse_repeated_keys() {
    std::vector<Node::Entry>& entries = open_.back().node->entries;
    std::vector<std::size_t> order(entries.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return entries[a].key < entries[b].key; });
    std::vector<bool> is_repeated(entries.size());
    bool is_any = false;
    std::size_t first = 0;
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (entries[order[i]].key != entries[order[first]].key) {
        first = i;
        continue;
      }
      const Node::Entry& entry = entries[order[i]];
      report({entry.at, where(), "the key '" + entry.key + "' a second time",
              "each key once (it stands in line " + std::to_string(entries[order[first]].at.line) +
                  " already)",
              ""});
      is_any = is_repeated[order[i]] = true;
    }
    if (!is_any) return;
    std::size_t i = 0;
    std::erase_if(entries, [&](const Node::Entry&) { return is_repeated[i++]; });
  }

  DocumentText& document_;
  const NodeLimits& limits_;
  Problems& problems_;
  Node root_;
  std::vector<Open> open_;
  std::size_t nodes_ = 0;
  std::size_t last_value_byte_ = 0;
  std::optional<LongQuote> long_quote_;
  bool is_started_ = false;
};

// A stream over a text without a copy of it.
class TextBuffer final : public std::streambuf {
 public:
  explicit TextBuffer(std::string_view text) {
    char* first = const_cast<char*>(text.data());  // NOLINT: setg asks for it; only read.
    setg(first, first, first + text.size());
  }
};

Node refused(Problem problem, Problems& problems) {
  Node node;
  node.kind = Node::Kind::refused;
  node.at = problem.at;
  problems.add(std::move(problem));
  return node;
}

}  // namespace

Node read_yaml(std::string_view bytes, const NodeLimits& limits, Problems& problems) {
  if (bytes.size() > limits.bytes_max) {
    return refused({{},
                    "",
                    std::to_string(bytes.size()) + " bytes",
                    "at most " + std::to_string(limits.bytes_max) + " bytes: split the plant",
                    ""},
                   problems);
  }
  const std::string_view text = without_byte_order_mark(bytes);
  DocumentText document(text);
  if (auto problem = wrong_character(document)) return refused(*std::move(problem), problems);
  Builder builder(document, limits, problems);
  try {
    TextBuffer buffer(text);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    constexpr int documents_max = 2;  // the second is refused as it starts
    for (int i = 0; i < documents_max && parser.HandleNextDocument(builder); ++i) {
    }
    return builder.take();
  } catch (Refused& refusal) {
    return refused(std::move(refusal.problem), problems);
  } catch (const YAML::Exception& e) {
    const bool is_placed = !e.mark.is_null();
    const SyntaxTrouble trouble{e.msg, is_placed ? static_cast<std::size_t>(e.mark.line) : 0,
                                is_placed ? static_cast<std::size_t>(e.mark.column) : 0,
                                builder.open_bracket(), builder.long_quote()};
    return refused(in_words(trouble, document), problems);
  }
}

}  // namespace millwright
