#include <array>
#include <charconv>

#include "flow/table.hpp"
#include "keep/history/history.hpp"
#include "keep/history/tag_row.hpp"
#include "model/described_bytes.hpp"

namespace millwright::keep {
namespace {

void write_last(Writer& out, const flow::LastValue& last) {
  out.fixed(last.kind);
  write_bytes(out, last.happened);
  write_bytes(out, last.learned);
  out.fixed(last.value.bits);
  write_bytes(out, last.quality);
  if (last.kind == Kind::text) out.text(last.text);
}

Outcome read_last(Reader& in, flow::LastValue& last) {
  TRY(read_bytes(in, last.kind));
  TRY(read_bytes(in, last.happened));
  TRY(read_bytes(in, last.learned));
  last.value.bits = TRY(in.fixed<std::uint64_t>());
  TRY(read_bytes(in, last.quality));
  if (last.kind == Kind::text) last.text = TRY(in.text());
  return Done{};
}

// Hands all readings to the history and shows the last value of every tag.
class Stage final : public flow::Stage {
 public:
  Stage(History& history, const flow::Directory& directory)
      : history_(history), directory_(directory) {}

  std::string_view name() const override { return "history"; }
  bool wants(TagId) const override { return true; }
  void hear(const Fact& fact, flow::Outbox&) override {
    if (const auto* readings = get<Readings>(fact))
      history_.hear(fact.id.input(), fact.learned, *readings);
    if (const auto* found = get<fact::TagFound>(fact)) group(*found);
  }

  void show(flow::Views& views) override {
    for (const TagId tag : history_.take_changed()) {
      const auto last = history_.last(tag);
      if (last && tag.index() < directory_.tags().size()) table_.edit(slot_of(tag)) = row_of(*last);
    }
    table_.show(views, "tags");
  }

  void save(Writer& out) const override {
    std::vector<std::pair<TagId, flow::LastValue>> all;
    for (std::uint32_t i = 0; i < history_.tags(); ++i) {
      if (auto last = history_.last({i})) all.emplace_back(TagId{i}, std::move(*last));
    }
    out.variable(all.size());
    for (const auto& [tag, last] : all) {
      write_bytes(out, tag);
      write_last(out, last);
    }
  }
  Outcome load(Reader& in) override {
    for (const fact::TagFound& tag : directory_.tags())
      group(tag);
    const std::uint64_t count = TRY(in.variable());
    for (std::uint64_t i = 0; i < count; ++i) {
      TagId tag{};
      flow::LastValue last;
      TRY(read_bytes(in, tag));
      TRY(read_last(in, last));
      history_.set_last(tag, last);
    }
    return Done{};
  }

  void settle(Sequence up_to) override { history_.settle(up_to); }
  Sequence needs() const override { return history_.needs(); }
  void hear_again(const Fact& fact) override {
    if (const auto* readings = get<Readings>(fact))
      history_.hear(fact.id.input(), fact.learned, *readings);
  }
  bool has_room() const override { return history_.has_room(); }

 private:
  // What lies in one folder of the tree of tags is heard together, mostly.
  void group(const fact::TagFound& tag) {
    history_.set_group(tag.tag, std::string_view(tag.path).substr(0, tag.path.rfind('/')));
  }
  std::size_t slot_of(TagId tag) {
    constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
    if (slots_.size() <= tag.index()) slots_.resize(tag.index() + 1, none);
    std::size_t& slot = slots_[tag.index()];
    if (slot == none) slot = table_.slot(directory_.tag(tag).path);
    return slot;
  }

  History& history_;
  const flow::Directory& directory_;
  flow::Table<TagRow> table_;
  std::vector<std::size_t> slots_;  // by tag
};

}  // namespace

ShownValue shown(Kind kind, Scalar value, std::string_view text) {
  switch (kind) {
    case Kind::integer:
      return value.integer();
    case Kind::natural:
      return value.natural();
    case Kind::boolean:
      return value.boolean();
    case Kind::text:
      return std::string(text);
    case Kind::number:
      return value.number();
    case Kind::single:
      break;
  }
  // 23.4 as single precision is 23.399999618530273 as double: the short form is what was said.
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                 static_cast<float>(value.number()));
  double number = value.number();
  std::from_chars(digits.data(), end.ptr, number);
  return number;
}

TagRow row_of(const flow::LastValue& last) {
  return {shown(last.kind, last.value, last.text), last.kind, last.quality, last.happened,
          last.learned};
}

std::unique_ptr<flow::Stage> history_stage(History& history, const flow::Directory& directory) {
  return std::make_unique<Stage>(history, directory);
}

}  // namespace millwright::keep
