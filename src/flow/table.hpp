#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "flow/view.hpp"
#include "model/described_json.hpp"

namespace millwright::flow {

// A stage's rows, and immutable copies of them for readers. Rows lie in pages; publish() shares the
// pages, and a later change copies only its page. Row is a described struct. Thread: the core
// thread; the published views: any.
template <Described Row>
class Table {
  static constexpr std::size_t page_rows = 64;
  struct Page {
    std::array<Row, page_rows> rows;
    std::array<std::uint64_t, page_rows> changed{};  // version of the last change
    std::array<bool, page_rows> is_gone{};
    std::uint64_t newest = 0;
  };
  struct Keys {
    std::array<std::string, page_rows> keys;
  };

  class Published final : public View {
   public:
    std::uint64_t version() const override { return version_; }
    std::size_t slots() const override { return slots_; }
    std::string_view key(std::size_t slot) const override {
      return keys_[slot / page_rows]->keys[slot % page_rows];
    }
    bool is_gone(std::size_t slot) const override {
      return pages_[slot / page_rows]->is_gone[slot % page_rows];
    }
    std::uint64_t changed_at(std::size_t slot) const override {
      return pages_[slot / page_rows]->changed[slot % page_rows];
    }
    void changed_since(std::uint64_t version, std::vector<std::size_t>& out) const override {
      for (std::size_t p = 0; p < pages_.size(); ++p) {
        if (pages_[p]->newest <= version) continue;
        for (std::size_t i = 0; i < page_rows && p * page_rows + i < slots_; ++i) {
          if (pages_[p]->changed[i] > version) out.push_back(p * page_rows + i);
        }
      }
    }
    void write_row(std::size_t slot, JsonWriter& out) const override {
      write_json(out, pages_[slot / page_rows]->rows[slot % page_rows]);
    }

   private:
    friend class Table;
    std::vector<std::shared_ptr<const Page>>
        pages_;  // owners: the table until it changes them, and views
    std::vector<std::shared_ptr<const Keys>> keys_;
    std::size_t slots_ = 0;
    std::uint64_t version_ = 0;
  };

 public:
  // The row of a key, made when absent. The row counts as changed.
  Row& edit(std::string_view key) {
    const auto found = slot_of_.find(std::string(key));
    return edit(found == slot_of_.end() ? add(key) : found->second);
  }
  // The same by slot, for a stage that keeps the number.
  Row& edit(std::size_t slot) {
    Page& page = own_page(slot / page_rows);
    page.changed[slot % page_rows] = version_ + 1;
    page.is_gone[slot % page_rows] = false;
    page.newest = version_ + 1;
    is_changed_ = true;
    return page.rows[slot % page_rows];
  }
  std::size_t slot(std::string_view key) {
    const auto found = slot_of_.find(std::string(key));
    return found == slot_of_.end() ? add(key) : found->second;
  }
  const Row& at(std::size_t slot) const { return pages_[slot / page_rows]->rows[slot % page_rows]; }
  void remove(std::string_view key) {
    const auto found = slot_of_.find(std::string(key));
    if (found == slot_of_.end()) return;
    edit(found->second) = Row{};
    pages_[found->second / page_rows]->is_gone[found->second % page_rows] = true;
  }
  bool is_changed() const { return is_changed_; }

  std::shared_ptr<const View> publish() {
    if (is_changed_) ++version_;
    is_changed_ = false;
    auto view = std::make_shared<Published>();
    view->pages_ = {pages_.begin(), pages_.end()};
    view->keys_ = {keys_.begin(), keys_.end()};
    view->slots_ = slots_;
    view->version_ = version_;
    is_shared_.assign(pages_.size(), true);
    are_keys_shared_ = true;
    return view;
  }
  // Publishes under a name when something changed.
  void show(Views& views, std::string_view name) {
    if (is_changed_ || version_ == 0) views.put(name, publish());
  }

 private:
  std::size_t add(std::string_view key) {
    const std::size_t slot = slots_++;
    if (slot % page_rows == 0) {
      pages_.push_back(std::make_shared<Page>());
      is_shared_.push_back(false);
      keys_.push_back(std::make_shared<Keys>());
    } else if (are_keys_shared_) {
      keys_.back() = std::make_shared<Keys>(*keys_.back());
    }
    are_keys_shared_ = false;
    keys_.back()->keys[slot % page_rows] = key;
    slot_of_.emplace(key, slot);
    edit(slot);
    return slot;
  }
  Page& own_page(std::size_t index) {
    if (is_shared_[index]) {
      pages_[index] = std::make_shared<Page>(*pages_[index]);
      is_shared_[index] = false;
    }
    return *pages_[index];
  }

  std::vector<std::shared_ptr<Page>> pages_;
  std::vector<bool> is_shared_;
  std::vector<std::shared_ptr<Keys>> keys_;
  std::unordered_map<std::string, std::size_t> slot_of_;  // never iterated
  std::size_t slots_ = 0;
  std::uint64_t version_ = 0;
  bool is_changed_ = false, are_keys_shared_ = false;
};

}  // namespace millwright::flow
