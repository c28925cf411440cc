#include "flow/workers.hpp"

#include <utility>

#include "base/log.hpp"

namespace millwright::flow {

Workers::Workers(std::vector<JobKind> kinds, Inbox& inbox, const Clock& clock)
    : inbox_(inbox), clock_(clock) {
  for (JobKind& kind : kinds)
    kinds_.emplace(std::move(kind.name), std::move(kind.run));
}

Workers::~Workers() {
  stop();
}

void Workers::start(std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i)
    threads_.emplace_back([this]() noexcept { loop(); });
}

void Workers::add(Core::Started started) {
  {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(std::move(started));
  }
  has_job_.notify_one();
}

bool Workers::run_one() {
  Core::Started next;
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.empty()) return false;
    next = std::move(waiting_.front());
    waiting_.pop_front();
  }
  run(next);
  return true;
}

void Workers::loop() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      has_job_.wait(lock, [&] { return is_stopping_ || !waiting_.empty(); });
      if (is_stopping_) return;
    }
    run_one();
  }
}

void Workers::run(const Core::Started& started) {
  const auto kind = kinds_.find(started.job.kind);
  Bytes answer;
  if (kind == kinds_.end()) {
    log::error("no worker knows the job kind '" + started.job.kind + "' of " + started.stage);
  } else {
    Result<Bytes> done = kind->second(started.job.question);
    if (done) {
      answer = std::move(done).value();
    } else {
      log::error("job '" + started.job.kind + "' of " + started.stage +
                 " failed: " + done.error().what);
    }
  }
  inbox_.say(fact::Line(fact::JobAnswered{started.stage, started.job.kind, started.job.key,
                                          std::move(answer)}),
             clock_.now());
}

void Workers::stop() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  has_job_.notify_all();
  for (std::thread& thread : threads_)
    thread.join();
  threads_.clear();
}

}  // namespace millwright::flow
