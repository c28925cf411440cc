#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "flow/ports/access.hpp"
#include "flow/room.hpp"

namespace millwright::serve {

enum class Loopback : std::uint8_t {
  asked,
  trusted
};  // --trust-loopback: this machine comes in as admin

// One-time sign-in codes, sessions and tokens of programs. Only hashes are stored, in the folder
// `access` of the data, so that a second process (`millwright link`, `millwright token`) can add
// one while the server runs. They end by the wall clock: a plant on a fast one signs nobody out.
// Thread: any.
class AccessStore final : public flow::Access {
 public:
  static constexpr std::size_t sessions_max = 1000;  // beyond it the oldest session ends
  static constexpr Duration session_length = 12h;
  static constexpr Duration code_length = 30min;

  static Result<std::unique_ptr<AccessStore>> open(const std::filesystem::path& folder,
                                                   Loopback loopback);

  std::optional<flow::Person> who(const flow::Credentials& credentials) override;

  // A code that signs in once, within code_length.
  Result<std::string> make_code();
  // A token for a program.
  Result<std::string> make_token(const std::string& name, flow::Role role);
  // Errors: refused, when the code is unknown, used or too old.
  Result<std::string> sign_in(const std::string& code);
  void sign_out(const std::string& session);

 private:
  struct Entry {
    std::string name;
    flow::Role role = flow::Role::viewer;
    std::int64_t ends = 0;  // nanoseconds UTC; 0 = never
  };
  using Entries = std::map<std::string, Entry>;  // by hash

  AccessStore(std::filesystem::path folder, Loopback loopback)
      : folder_(std::move(folder)), loopback_(loopback) {}
  std::optional<flow::Person> find(Entries& entries, const std::string& file,
                                   const std::string& secret);
  Result<std::string> add(Entries& entries, const std::string& file, Entry entry);
  Outcome read(Entries& entries, const std::string& file) const;
  Outcome write(const Entries& entries, const std::string& file) const;
  bool is_over(const Entry& entry) const;

  std::filesystem::path folder_;
  Loopback loopback_;
  std::mutex mutex_;
  Entries codes_, sessions_, tokens_;
};

// Routes for signing in and out, verbs `link` and `token`.
flow::Room access_room(AccessStore* store);

}  // namespace millwright::serve
