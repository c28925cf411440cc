#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "flow/room.hpp"
#include "keep/history/history.hpp"

namespace millwright::keep {

// What is given outlives the routes; find_tag: any thread.
using FindTag = std::function<std::optional<fact::TagFound>(std::string_view path)>;

flow::Route readings_route(const History& history, FindTag find_tag);
flow::Route buckets_route(const History& history, FindTag find_tag);

// The line outlives them too.
flow::Route aggregates_route(const History& history, const flow::LineContext& line);
flow::Route values_route(const History& history, const flow::LineContext& line);
flow::Route last_route(const History& history, const flow::LineContext& line);

// The stage, view `tags` and all routes of the past (docs/api.md).
flow::Room history_room(History& history, FindTag find_tag);

}  // namespace millwright::keep
