#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "flow/route.hpp"

namespace millwright::flow {

enum class Role : std::uint8_t { viewer, writer, admin };

struct Person {
  std::string name;
  Role role = Role::viewer;
};

// How somebody showed who they are: at most one of the two is set.
struct Credentials {
  std::string session;  // value of the session cookie
  std::string token;    // of the Authorization header
  bool is_loopback = false;
};

// Who is asking, and may they? Thread: any.
class Access {
 public:
  virtual ~Access() = default;
  virtual std::optional<Person> who(const Credentials& credentials) = 0;
};

// The one decision: what a role may do.
constexpr bool may(Role role, Permission permission) {
  switch (permission) {
    case Permission::open:
    case Permission::see:
      return true;
    case Permission::write:
      return role != Role::viewer;
    case Permission::administer:
      return role == Role::admin;
  }
  return false;
}

}  // namespace millwright::flow
