#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>
#include <thread>

#include "net/stream/parts.hpp"

namespace millwright::net {
namespace asio = boost::asio;
namespace {

class LoopPostbox final : public Postbox {
 public:
  explicit LoopPostbox(std::shared_ptr<asio::io_context> context) : context_(std::move(context)) {}

  bool post(std::function<void()> work) override {
    const std::lock_guard lock(mutex_);
    if (!context_) return false;
    asio::post(*context_, std::move(work));
    return true;
  }
  bool dispatch(std::function<void()> work) override {
    if (!is_current()) return post(std::move(work));
    work();
    return true;
  }
  bool is_current() const { return thread_.load() == std::this_thread::get_id(); }
  void begin() { thread_.store(std::this_thread::get_id()); }
  void end() {
    const std::lock_guard lock(mutex_);
    context_.reset();
    thread_.store({});
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<asio::io_context> context_;  // Owners: see Loop::Inner; null after the end.
  std::atomic<std::thread::id> thread_;
};

class AsioLoop final : public Loop::Inner {
 public:
  AsioLoop() : context_(std::make_shared<asio::io_context>(1)) {
    postbox_ = std::make_shared<LoopPostbox>(context_);
  }
  Outcome start() {
    try {
      thread_ = std::thread([this]() noexcept { run(); });
    } catch (const std::system_error& error) {
      return fail(Code::full, std::string("a network thread cannot be started: ") + error.what());
    }
    return Done{};
  }
  std::shared_ptr<asio::io_context> context() const override { return context_; }
  std::shared_ptr<Postbox> postbox() const override { return postbox_; }
  bool is_current() const override { return postbox_->is_current(); }

  std::shared_ptr<Registry> registry() const override { return registry_; }

  void stop() override {
    if (!thread_.joinable()) return;
    CHECK(!is_current());
    asio::post(*context_, [this] {
      registry_->close_all();
      guard_.reset();
    });
    thread_.join();
    postbox_->end();
  }

 private:
  // Closing ends every waiting operation, whose callbacks run before the thread ends. A callback
  // that opens something new must not hold up the end: a few rounds, then what waits is dropped.
  void run() {
    postbox_->begin();
    context_->run();
    constexpr int rounds_max = 100;
    for (int round = 0; round < rounds_max; ++round) {
      registry_->close_all();
      context_->restart();
      if (context_->poll() == 0) return;
    }
  }
  std::shared_ptr<asio::io_context> context_;
  std::shared_ptr<LoopPostbox> postbox_;  // Owners: this and whoever posts.
  std::shared_ptr<Registry> registry_ = std::make_shared<Registry>();  // Owners: see Closable.
  asio::executor_work_guard<asio::io_context::executor_type> guard_{context_->get_executor()};
  std::thread thread_;
};

}  // namespace

void Registry::add(Closable& open) {
  const std::lock_guard lock(mutex_);
  open_.insert(&open);
}
void Registry::remove(Closable& open) {
  const std::lock_guard lock(mutex_);
  open_.erase(&open);
}
bool Registry::has(Closable& open) {
  const std::lock_guard lock(mutex_);
  return open_.contains(&open);
}
void Registry::close_all() {
  std::vector<Closable*> open;
  {
    const std::lock_guard lock(mutex_);
    open.assign(open_.begin(), open_.end());
  }
  for (Closable* each : open)  // Closing one may end the life of another.
    if (has(*each)) each->close();
}
Closable::Closable(Loop& loop) : registry_(loop.inner().registry()) {
  registry_->add(*this);
}
Closable::~Closable() {
  registry_->remove(*this);
}

class Timer::Inner final : public Closable {
 public:
  explicit Inner(Loop& loop)
      : Closable(loop), context_(loop.inner().context()), timer_(*context_) {}
  void close() override {
    ++round_;
    const std::function<void()> ring = std::move(ring_);  // May own this timer: goes last.
    ring_ = {};
    timer_.cancel();
  }
  void start(Duration after, std::function<void()> ring, std::shared_ptr<Inner> self) {
    ring_ = std::move(ring);
    timer_.expires_after(after);
    timer_.async_wait([self = std::move(self), round = ++round_](boost::system::error_code error) {
      if (error || round != self->round_) return;
      const std::function<void()> ring_now = std::move(self->ring_);
      self->ring_ = {};
      if (ring_now) ring_now();
    });
  }

 private:
  std::shared_ptr<asio::io_context> context_;  // Owners: see Loop::Inner.
  asio::steady_timer timer_;
  std::uint64_t round_ = 0;
  std::function<void()> ring_;
};

Result<std::unique_ptr<Loop>> Loop::open() {
  auto inner = std::make_unique<AsioLoop>();
  TRY(inner->start());
  return std::unique_ptr<Loop>(new Loop(std::move(inner)));
}
Loop::Loop(std::unique_ptr<Inner> inner) : inner_(std::move(inner)) {}
Loop::~Loop() {
  inner_->stop();
}
std::shared_ptr<Postbox> Loop::postbox() const {
  return inner_->postbox();
}
void Loop::post(std::function<void()> work) {
  inner_->postbox()->post(std::move(work));
}
bool Loop::is_current() const {
  return inner_->is_current();
}
void Loop::stop() {
  inner_->stop();
}

Timer::Timer(Loop& loop) : inner_(std::make_shared<Inner>(loop)) {}
Timer::~Timer() {
  inner_->close();
}
void Timer::start(Duration after, std::function<void()> ring) {
  inner_->start(after, std::move(ring), inner_);
}
void Timer::cancel() {
  inner_->close();
}

}  // namespace millwright::net
