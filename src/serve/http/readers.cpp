#include "serve/http/readers.hpp"

#include <utility>

namespace millwright::serve {

Readers::Readers(std::size_t threads, std::size_t waiting_max) : waiting_max_(waiting_max) {
  for (std::size_t i = 0; i < threads; ++i)
    threads_.emplace_back([this]() noexcept { loop(); });
}

Readers::~Readers() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  has_work_.notify_all();
  for (std::thread& thread : threads_)
    thread.join();
}

bool Readers::add(std::function<void()> work) {
  {
    const std::scoped_lock lock(mutex_);
    if (is_stopping_ || waiting_.size() >= waiting_max_) return false;
    waiting_.push_back(std::move(work));
  }
  has_work_.notify_one();
  return true;
}

void Readers::go_on(std::function<void()> work) {
  {
    const std::scoped_lock lock(mutex_);
    if (is_stopping_) return;
    waiting_.push_back(std::move(work));
  }
  has_work_.notify_one();
}

void Readers::loop() {
  while (true) {
    std::function<void()> work;
    {
      std::unique_lock lock(mutex_);
      has_work_.wait(lock, [&] { return is_stopping_ || !waiting_.empty(); });
      if (is_stopping_) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

}  // namespace millwright::serve
