#include <cstdio>

#include "flow/form.hpp"
#include "model/described_json.hpp"
#include "serve/access/access.hpp"
#include "serve/access/answers.hpp"

namespace millwright::serve {
namespace {

using flow::Answer;
using flow::Method;
using flow::Permission;
using flow::Question;

std::string cookie(const std::string& value, std::chrono::seconds age) {
  return "millwright_session=" + value +
         "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(age.count());
}

Result<Answer> sign_in(AccessStore& store, const Question& question) {
  const auto form = TRY(flow::read_form<SignIn>(question));
  const std::string session = TRY(store.sign_in(form.code));
  Answer answer;
  answer.body = to_json(Who{"admin", "admin"});
  answer.headers.emplace_back("Set-Cookie",
                              cookie(session, std::chrono::duration_cast<std::chrono::seconds>(
                                                  AccessStore::session_length)));
  return answer;
}

Result<Answer> sign_out(AccessStore& store, const Question& question) {
  store.sign_out(question.session);
  Answer answer{204, "application/json", "", {}};
  answer.headers.emplace_back("Set-Cookie", cookie("", std::chrono::seconds(0)));
  return answer;
}

}  // namespace

flow::Room access_room(AccessStore* store) {
  flow::Room room{.name = "serve/access"};
  const auto who_schema = [](JsonWriter& out) { write_schema<Who>(out, SchemaFor::api); };
  room.routes.push_back({.method = Method::post,
                         .path = "/api/v1/session",
                         .permission = Permission::open,
                         .help = "Signs in with the code of a one-time link.",
                         .answer_schema = who_schema,
                         .answer = [store](const Question& q) { return sign_in(*store, q); }});
  room.routes.push_back({.method = Method::get,
                         .path = "/api/v1/session",
                         .permission = Permission::see,
                         .help = "Tells who is signed in.",
                         .answer_schema = who_schema,
                         .answer = [](const Question& q) -> Result<Answer> {
                           Answer answer;
                           answer.body = to_json(Who{q.who, std::string(q.role)});
                           return answer;
                         }});
  room.routes.push_back({.method = Method::remove,
                         .path = "/api/v1/session",
                         .permission = Permission::see,
                         .help = "Signs out.",
                         .answer = [store](const Question& q) { return sign_out(*store, q); }});
  return room;
}

}  // namespace millwright::serve
