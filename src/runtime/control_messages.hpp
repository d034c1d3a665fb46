#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

#include "shoal/base/units.hpp"
#include "shoal/runtime/frame_report.hpp"

namespace shoal::runtime {

/// Type of a message about the frames: its first character.
enum class MessageType : char {
  frame_start = 't',  ///< FrameStart and label: a frame is on its way
  failed = 'f',       ///< FailedFrame, label and error: a frame that could not be read
  done = 'd',         ///< FrameReport: a rank has done its part of a frame
  answer = 'a',       ///< FrameNumber and the answer's floats, for the observer
  plan = 'p',         ///< a plan's document: all frames are answered, the next one goes by it
  stop = 's',         ///< Signal: a rank was asked to end
  end = 'e',          ///< Signal that ended the input, and what failed: no more frames will come
};

struct FrameStart {
  std::int64_t frame = 0;
  std::int64_t lane = 0;
};

struct FrameNumber {
  std::int64_t frame = 0;
};

struct FailedFrame {
  std::int64_t frame = 0;
  std::uint64_t label_size = 0;  ///< bytes of the text that are the label; the others are the error
};

struct Signal {
  int number = 0;  ///< 0: none
};

/// A message: the type, a value as it lies in memory (all ranks run the same program on the same
/// kind of machine), and a text.
template <typename Value>
std::string encode(MessageType type, const Value& value, const std::string& text = {}) {
  static_assert(std::is_trivially_copyable_v<Value>);
  std::string message(1 + sizeof(Value), static_cast<char>(type));
  std::memcpy(message.data() + 1, &value, sizeof(Value));
  return message + text;
}

template <typename Value>
Value decode(const std::string& message) {
  Value value;
  std::memcpy(&value, message.data() + 1, sizeof(Value));
  return value;
}

template <typename Value>
std::string decode_text(const std::string& message) {
  return message.substr(1 + sizeof(Value));
}

}  // namespace shoal::runtime
