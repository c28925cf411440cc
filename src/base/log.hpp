#pragma once

#include <string_view>

namespace millwright::log {

enum class Level { debug, info, warning, error };

// One line on stderr with time and level. Thread: any.
void say(Level level, std::string_view line);
inline void info(std::string_view line) {
  say(Level::info, line);
}
inline void warning(std::string_view line) {
  say(Level::warning, line);
}
inline void error(std::string_view line) {
  say(Level::error, line);
}

// Lines below this level are not written. Called once, by app/.
void set_level(Level level);

}  // namespace millwright::log
