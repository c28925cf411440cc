#pragma once

#include <string>
#include <vector>

#include "flow/room.hpp"

namespace millwright::app {

// The verbs of the program itself: serve, demo, replay, plant, check, backup and so on. Each takes
// the words after its name and gives the exit code: 0 good, 1 what was asked for failed, 2 wrong
// use.
std::vector<flow::Verb> own_verbs();

int verb_serve(const std::vector<std::string>& words);
int verb_demo(const std::vector<std::string>& words);
int verb_replay(const std::vector<std::string>& words);
int verb_plant(const std::vector<std::string>& words);
int verb_check(const std::vector<std::string>& words);
int verb_link(const std::vector<std::string>& words);
int verb_token(const std::vector<std::string>& words);
int verb_backup(const std::vector<std::string>& words);
int verb_restore(const std::vector<std::string>& words);
int verb_verify(const std::vector<std::string>& words);
int verb_doctor(const std::vector<std::string>& words);
int verb_version(const std::vector<std::string>& words);

}  // namespace millwright::app
