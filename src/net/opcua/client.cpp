#include "net/opcua/client.hpp"

#include <algorithm>

#include "net/opcua/hint.hpp"

namespace millwright::net::opcua {

using Clock = std::chrono::steady_clock;

Client::Client(ClientSettings settings, std::vector<Item> items, Listener& listener)
    : settings_(std::move(settings)),
      items_(std::move(items)),
      listener_(listener),
      back_off_(settings_.seed),
      thread_([this] { run(); }) {}

Client::~Client() {
  is_stopping_ = true;
  { const std::scoped_lock lock(mutex_); }
  stop_or_command_.notify_all();
  thread_.join();
}

bool Client::post(Command command) {
  {
    const std::scoped_lock lock(mutex_);
    if (commands_.size() >= commands_max) return false;
    commands_.push_back(std::move(command));
  }
  stop_or_command_.notify_all();
  return true;
}

void Client::run() noexcept {
  while (!is_stopping_) {
    auto session = Session::open(settings_.session, is_stopping_);
    const auto opened = Clock::now();
    const Outcome served = session ? serve(**session) : Outcome(session.error());
    if (is_stopping_) break;
    listener_.lost(to_trouble(served.error()));
    if (session && Clock::now() - opened > stable_after) back_off_.reset();
    wait(back_off_.next());
  }
  do_commands(nullptr);
}

// Returns only with the reason why the session is over.
Outcome Client::serve(Session& session) {
  const auto hear = [this](std::size_t item, const Sample& sample) {
    listener_.sample(item, sample);
  };
  std::vector<Refusal> refused = TRY(session.watch(items_, settings_.publishing, hear));
  listener_.connected(items_.size() - refused.size(), session.warnings());
  add_hints(session, refused);
  for (const Refusal& refusal : refused)
    listener_.refused(refusal);
  listener_.alive();
  auto tried = Clock::now();
  while (!is_stopping_) {
    if (TRY(session.pump(step))) listener_.alive();
    do_commands(&session);
    if (!refused.empty() && Clock::now() - tried > refused_again) {
      TRY(try_refused(session, refused));
      tried = Clock::now();
    }
  }
  return fail(Code::offline, Trouble{"millwright is stopping", ""});
}

Outcome Client::try_refused(Session& session, std::vector<Refusal>& refused) {
  std::vector<Refusal> still = TRY(session.watch_again(items_, refused));
  for (const Refusal& before : refused) {
    const bool is_refused = std::any_of(
        still.begin(), still.end(), [&](const Refusal& now) { return now.item == before.item; });
    if (!is_refused) listener_.accepted(before.item);
  }
  refused = std::move(still);
  return Done{};
}

// What the server has instead. Best effort: a browse that fails gives no hint.
void Client::add_hints(Session& session, std::vector<Refusal>& refused) {
  std::size_t hints = 0;
  for (Refusal& refusal : refused) {
    if (++hints > Session::hints_max) return;
    const auto near = nearest_node(session, items_[refusal.item].node);
    if (near) refusal.trouble.next_step = "Did you mean '" + to_text(*near) + "'?";
  }
}

void Client::do_commands(Session* session) {
  std::deque<Command> commands;
  {
    const std::scoped_lock lock(mutex_);
    commands.swap(commands_);
  }
  for (const Command& command : commands)
    command(session);
}

void Client::wait(Duration time) {
  const auto until = Clock::now() + time;
  while (!is_stopping_ && Clock::now() < until) {
    do_commands(nullptr);
    std::unique_lock lock(mutex_);
    stop_or_command_.wait_until(lock, until, [this] { return is_stopping_ || !commands_.empty(); });
  }
}

}  // namespace millwright::net::opcua
