#pragma once

// Private to this folder: the fixed bytes of the format.

#include <string_view>

#include "net/recording/recording.hpp"

namespace millwright::net {

inline constexpr std::string_view recording_magic{"MWRECD\n\x01", 8};
inline constexpr std::string_view recording_ask_magic{"MWRECQ\n\x01", 8};

inline constexpr std::uint8_t frame_head = 1, frame_tags = 2, frame_block = 3, frame_events = 4,
                              frame_progress = 5, frame_end = 6;
inline constexpr std::size_t frame_room = 8;  // of a frame before its content: length and sum

}  // namespace millwright::net
