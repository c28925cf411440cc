#include "serve/live/page.hpp"

#include <algorithm>
#include <utility>

#include "model/node.hpp"

namespace millwright::serve {
namespace {

constexpr NodeLimits message_limits{
    .bytes_max = std::size_t{1} << 20U, .nodes_max = 50'000, .depth_max = 4};

Error expected(std::string_view what) {
  return fail(Code::invalid, "expected {\"watch\": {view: true or [keys]}}: " + std::string(what));
}

}  // namespace

Outcome Page::watch(std::string_view message, std::size_t keys_max) {
  const Node root = TRY(read_json(message, message_limits));
  const Node* wanted = root.find("watch");
  if (wanted == nullptr || wanted->kind != Node::Kind::map)
    return expected("there is no 'watch' with views");
  std::map<std::string, Watched, std::less<>> next;
  std::size_t keys = 0;
  for (const Node::Entry& entry : wanted->entries) {
    Watched fresh;
    fresh.all = entry.value.kind == Node::Kind::scalar && entry.value.text == "true";
    if (!fresh.all && entry.value.kind != Node::Kind::list)
      return expected("'" + entry.key + "' is neither");
    for (const Node& key : entry.value.items)
      fresh.keys.insert(key.text);
    keys += fresh.keys.size();
    const auto known = watched_.find(entry.key);
    const bool is_same = known != watched_.end() && known->second.all == fresh.all &&
                         known->second.keys == fresh.keys;
    next.insert_or_assign(entry.key, is_same ? std::move(known->second) : std::move(fresh));
  }
  if (keys > keys_max)
    return fail(Code::full, "a page watches at most " + std::to_string(keys_max) + " keys");
  watched_ = std::move(next);
  return Done{};
}

std::vector<std::size_t> Page::changed_rows(const flow::View& view, Watched& watched) {
  std::vector<std::size_t> rows;
  const std::uint64_t seen = watched.is_new ? 0 : watched.version;
  if (watched.all) {
    view.changed_since(seen, rows);
    return rows;
  }
  for (; watched.slots_known < view.slots(); ++watched.slots_known) {
    if (watched.keys.contains(view.key(watched.slots_known)))
      watched.slots.push_back(watched.slots_known);
  }
  for (const std::size_t slot : watched.slots) {
    if (view.changed_at(slot) > seen) rows.push_back(slot);
  }
  return rows;
}

void Page::write_view(JsonWriter& out, const flow::View& view, Watched& watched,
                      const std::vector<std::size_t>& rows) {
  out.begin_object().member("version", view.version()).member("reset", watched.is_new);
  out.key("rows").begin_object();
  for (const std::size_t slot : rows) {
    if (view.is_gone(slot)) continue;
    out.key(view.key(slot));
    view.write_row(slot, out);
  }
  out.end_object().key("gone").begin_list();
  for (const std::size_t slot : rows) {
    if (view.is_gone(slot)) out.value(view.key(slot));
  }
  out.end_list().end_object();
  watched.is_new = false;
  watched.version = view.version();
}

std::string Page::message(const flow::Views& views, Instant now, bool is_heartbeat) {
  std::string text;
  JsonWriter out(text);
  bool has_any = false;
  out.begin_object().member("now", std::string_view(to_text(now))).key("views").begin_object();
  for (auto& [name, watched] : watched_) {
    const auto view = views.get(name);
    if (!view || (!watched.is_new && view->version() == watched.version)) continue;
    const std::vector<std::size_t> rows = changed_rows(*view, watched);
    if (rows.empty() && !watched.is_new) {
      watched.version = view->version();
      continue;
    }
    has_any = true;
    out.key(name);
    write_view(out, *view, watched, rows);
  }
  out.end_object().end_object();
  return has_any || is_heartbeat ? text : std::string();
}

}  // namespace millwright::serve
