#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "flow/inbox.hpp"
#include "flow/route.hpp"
#include "model/described_load.hpp"

namespace millwright::flow {

// The body of a question as a described struct: JSON, 16 KiB and 1000 values at most.
// Errors: invalid, with the first thing that is wrong in words.
template <Described Form>
Result<Form> read_form(const Question& question) {
  constexpr NodeLimits limits{.bytes_max = 16384, .nodes_max = 1000, .depth_max = 4};
  const Node body = TRY(read_json(question.body, limits));
  Form form;
  Problems problems;
  load(body, "", form, problems);
  if (!problems.empty())
    return fail(Code::invalid, to_text(problems.list().front(), "the request"));
  return form;
}

// When a person said it, by the plant's clock: now when absent. What was said while the network was
// gone is sent later with the time at which it was said; a tablet's clock may go a little ahead.
// Errors: invalid, when the time is too old or in the future.
inline constexpr Duration said_past_max = std::chrono::hours(192);  // 8 days: as keys are known
inline constexpr Duration said_ahead_max = std::chrono::minutes(5);
inline Result<Instant> said_at(const std::optional<Instant>& at, Instant now) {
  if (!at) return now;
  if (*at > now + said_ahead_max || *at < now - said_past_max)
    return fail(Code::invalid,
                "'at' is " + to_text(*at) + ": give a time of the last 8 days, not of the future");
  return std::min(*at, now);
}

// The answer to what cannot be so now: status 409 and a sentence that says why.
inline Answer conflict(std::string_view what) {
  Answer answer;
  answer.status = 409;
  answer.body = R"({"error":{"code":"conflict","what":")" + json_escaped(what) + R"("}})";
  return answer;
}

// Offers what somebody said to the line; the reply comes when it is on stable storage and in the
// views, so that who asks next sees it, or when it will never be.
inline void keep_then_reply(Inbox& inbox, What what, Instant happened, Answer answer,
                            const Reply& reply) {
  const auto kept = [reply, answer = std::move(answer)](const Outcome& outcome) {
    if (outcome) return reply(answer);
    reply(fail(Code::offline, "not kept: " + outcome.error().what));
  };
  Input input{std::move(what), happened, {}, {}};
  input.shown = kept;
  switch (inbox.offer(std::move(input))) {
    case Offer::accepted:
      return;
    case Offer::full:
      return reply(fail(Code::offline, "too much at once: try again in a second"));
    case Offer::closed:
      return reply(fail(Code::offline, "millwright is stopping: try again when it is back"));
  }
}

}  // namespace millwright::flow
