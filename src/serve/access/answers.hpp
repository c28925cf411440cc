#pragma once

#include <string>

#include "model/describe.hpp"

namespace millwright::serve {

// What the routes of serve/access take and answer.

struct SignIn {
  std::string code;
  static constexpr auto describe() {
    return record("sign_in",
                  required("code", &SignIn::code, "", "The part of the link after '#'."));
  }
};

struct Who {
  std::string name, role;
  static constexpr auto describe() {
    return record("session", field("name", &Who::name, "", "Who is signed in."),
                  field("role", &Who::role, "", "viewer, writer or admin."));
  }
};

}  // namespace millwright::serve
