#include "keep/ledger/ledger.hpp"

#include <fcntl.h>

#include <algorithm>

#include "base/log.hpp"

namespace millwright::keep {

Result<std::unique_ptr<Ledger>> Ledger::open(const std::filesystem::path& folder,
                                             const std::string& origin,
                                             const LedgerSettings& settings,
                                             std::unique_ptr<Files> files) {
  std::unique_ptr<Ledger> ledger(new Ledger(settings, std::move(files)));
  const std::string name = folder.string();
  if (ledger->files_->make_folder(name) != 0) return file_trouble("make the folder", name);
  ledger->lock_ = TRY(open_file(*ledger->files_, name + "/lock", O_RDWR | O_CREAT));
  if (ledger->files_->lock(ledger->lock_.number()) != 0)
    return fail(Code::refused,
                "the ledger in " + name + " is in use by another millwright: stop that one first");
  ledger->store_ = TRY(Store::open(*ledger->files_, name, origin, settings.store));
  ledger->people_ = TRY(People::open(*ledger->files_, name));
  ledger->last_signed_ = std::chrono::steady_clock::now();
  ledger->writer_ = std::thread([l = ledger.get()]() noexcept { l->write_loop(); });
  return ledger;
}

Ledger::~Ledger() {
  if (!writer_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  has_work_.notify_one();
  writer_.join();
}

void Ledger::hear(const Fact& fact) {
  if (is_behind_) return;
  push({{}, false, fact});
  if (++waiting_ > settings_.facts_waiting_max && !is_behind_.exchange(true))
    log::error(
        "the ledger cannot be written and takes no more: make room on its disk and start again. "
        "Events are kept in the journal");
}

void Ledger::settle(Sequence up_to) {
  if (!is_behind_) push({up_to, false, {}});
}

void Ledger::hand_over() {
  if (!is_behind_) push({{}, true, {}});
}

void Ledger::push(Item&& item) {
  {
    const std::scoped_lock lock(mutex_);
    queue_.push_back(std::move(item));
  }
  has_work_.notify_one();
}

// The writer's thread. What it cannot write is in the journal, and said again at the next start.
void Ledger::write_loop() noexcept {
  std::vector<Item> batch;
  while (take_batch(batch)) {
    std::size_t facts = 0;
    bool is_hand_over = false;
    while (true) {
      const Outcome stored = with_store([&] { return store_batch(batch); });
      note_trouble(stored ? "" : stored.error().what);
      if (stored) break;
      std::unique_lock lock(mutex_);
      if (has_work_.wait_for(lock, settings_.retry_every, [&] { return is_ending_; })) return;
    }
    for (const Item& item : batch) {
      if (item.settled) kept_ = std::max(kept_.load(), item.settled->value);
      facts += item.settled || item.is_hand_over ? 0U : 1U;
      is_hand_over = is_hand_over || item.is_hand_over;
    }
    waiting_ -= facts;
    batch.clear();
    const bool has_unsigned = store_->size() > store_->newest().size;
    if (is_sign_due() || (is_hand_over && has_unsigned)) static_cast<void>(sign_now());
    const std::scoped_lock lock(mutex_);
    is_working_ = false;
    is_done_.notify_all();
  }
  static_cast<void>(sign_now());
}

// False: the program ends and all is written.
bool Ledger::take_batch(std::vector<Item>& batch) {
  std::unique_lock lock(mutex_);
  has_work_.wait_until(lock, last_signed_.load() + settings_.sign_every,
                       [&] { return is_ending_ || !queue_.empty(); });
  while (!queue_.empty() && batch.size() < settings_.group_facts_max) {
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  is_working_ = true;
  return !batch.empty() || !is_ending_;
}

bool Ledger::is_sign_due() const {
  const std::uint64_t open = store_->size() - store_->newest().size;
  return open >= settings_.sign_records ||
         std::chrono::steady_clock::now() - last_signed_.load() >= settings_.sign_every;
}

// One writer at a time; a store that failed is opened again first.
Outcome Ledger::with_store(const std::function<Outcome()>& work) {
  const std::scoped_lock lock(writing_);
  if (store_->is_broken()) TRY(store_->reopen());
  return work();
}

Outcome Ledger::sign_now() {
  Outcome is_signed = with_store([&] {
    last_signed_ = std::chrono::steady_clock::now();
    return store_->sign();
  });
  if (!is_signed) note_trouble(is_signed.error().what);
  return is_signed;
}

Result<std::string> Ledger::cosign(std::string_view note,
                                   std::span<const math::VerifierKey> witnesses) {
  std::string answer;
  TRY(with_store([&]() -> Outcome {
    answer = TRY(store_->cosign(note, witnesses));
    return Done{};
  }));
  return answer;
}

// Names are on the disk before any record refers to them.
Outcome Ledger::store_batch(const std::vector<Item>& batch) {
  std::vector<Record> fresh;
  const FactId last = store_->last();
  for (const Item& item : batch) {
    if (item.settled || item.is_hand_over) continue;
    if (item.fact.id.value <= last.value) {
      TRY(compare(item.fact));
      continue;
    }
    is_comparing_ = false;
    fresh.push_back(make_record(
        item.fact, [this](const std::string& name) { return people_->reference(name); }));
  }
  TRY(people_->save());
  for (const Record& record : fresh)
    TRY(store_->append(record));
  return store_->commit();
}

// A replay says again what was said before its end.
Outcome Ledger::compare(const Fact& fact) {
  if (!is_comparing_) {
    next_compared_ = TRY(store_->find(fact.id));
    compared_.clear();
    is_comparing_ = true;
  }
  while (true) {
    if (next_compared_ - compared_from_ >= compared_.size() || compared_.empty()) {
      compared_ = TRY(store_->read_bundle(next_compared_));
      compared_from_ = next_compared_;
    }
    const Record& record = compared_[next_compared_ - compared_from_];
    if (record.id.value <= fact.id.value) ++next_compared_;
    if (record.id.value < fact.id.value) {
      note_difference(fact);
      continue;  // the ledger has what the replay does not say; ids grow, so that this ends
    }
    ++same_;
    if (record.id.value > fact.id.value || !is_same(fact, record)) note_difference(fact);
    return Done{};
  }
}

// A name that was erased meanwhile cannot be compared, and is taken for the same.
bool Ledger::is_same(const Fact& fact, const Record& record) const {
  Reader in(record.content);
  auto said = read_what(in);
  if (!said) return false;
  std::vector<std::string> references;
  each_person(*said, [&](std::string& reference) { references.push_back(reference); });
  std::size_t next = 0;
  Fact known = fact;
  each_person(known.what, [&](std::string& name) {
    const std::string reference = next < references.size() ? references[next] : "";
    ++next;
    if (people_->is_erased(reference) || people_->name_of(reference) == name) name = reference;
  });
  return make_record(known, [](const std::string& name) { return name; }).leaf == record.leaf;
}

void Ledger::note_difference(const Fact& fact) {
  ++different_;
  const std::string what = "the ledger tells otherwise of what came with input " +
                           std::to_string(fact.id.input().value) + " (" +
                           std::string(kind_of(fact.what)) +
                           ") than a replay of the journal: the journal, the ledger or the program "
                           "was changed. The ledger "
                           "is left as it is; run millwright verify";
  const std::scoped_lock lock(mutex_);
  if (difference_.empty()) log::error(what);
  if (difference_.empty()) difference_ = what;
}

void Ledger::note_trouble(const std::string& what) {
  const std::scoped_lock lock(mutex_);
  if (!what.empty() && trouble_ != what)
    log::error("the ledger cannot be written, and is tried again: " + what);
  trouble_ = what;
}

Ledger::Figures Ledger::figures() const {
  Figures figures{store_->size(), store_->newest().size, same_, different_, waiting_, ""};
  const std::scoped_lock lock(mutex_);
  figures.trouble = trouble_.empty() ? difference_ : trouble_;
  return figures;
}

bool Ledger::flush(Duration wait) {
  std::unique_lock lock(mutex_);
  return is_done_.wait_for(lock, wait, [&] { return queue_.empty() && !is_working_; });
}

}  // namespace millwright::keep
