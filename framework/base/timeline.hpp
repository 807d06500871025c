// What happened on a bench, in order: probe commands, line edges, mailbox words, log lines, steps.
//
// Wrappers around the seams write here (framework/probe/recording_usb.hpp, framework/gpio/recording_lines.hpp); reports
// and VCD files are made from it. A Timeline is bounded: when it is full the middle is dropped and counted, the first
// and the last records stay.
//
// Secrets: while a Concealment is alive, wrappers must record that something was sent but not the bytes.
// Thread safety: all members may be called from any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/clock.hpp"

namespace rigor {

enum class Channel : std::uint8_t {
  usb,      // one probe command, `text` is its bytes in hex
  line,     // an edge of a line, `name` is the line, `value` the logical level
  sense,    // an edge that an input saw, `name` is the line it watches, `value` the logical level
  mailbox,  // one debug-authentication word, `name` is "host" or "device", `value` the word
  log,      // a line as ST's own tool would print it
  step,     // start or end of a step
  console,  // a line of the board's console
};
[[nodiscard]] std::string_view channel_name(Channel channel);

struct Record {
  TimePoint at{};
  Channel channel = Channel::log;
  std::string name;
  std::uint32_t value = 0;
  bool concealed = false;  // the value or text was a secret and is not here
  std::string text;
};

class Timeline {
 public:
  static constexpr std::size_t kDefaultCapacity = 40'000;

  explicit Timeline(const Clock& clock, std::size_t capacity = kDefaultCapacity);

  struct Happening {
    TimePoint at{};
    Channel channel = Channel::log;
    std::string_view name;
    std::uint32_t value = 0;
    std::string_view text;
  };

  // Told of what happens as it happens, in the thread that makes it happen: a probe command when it begins to go out,
  // the rest when it is recorded. Several threads may tell at once, and one that tells holds nothing of the timeline's:
  // a listener may wait and may record.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void happened(const Happening& what) = 0;
  };
  // One at a time; null ends it. A thread that is telling at that moment still does.
  void listen(std::shared_ptr<Listener> listener);
  // A probe command begins; it is recorded when it is over. Its bytes are not told.
  void begin_command(std::string_view name) { tell({clock_.now(), Channel::usb, name, 0, {}}); }

  void add(Channel channel, std::string name, std::uint32_t value, std::string text = {});
  // What happened a little earlier and has a time stamp of its own, of the same clock.
  void add_at(TimePoint at, Channel channel, std::string name, std::uint32_t value, std::string text = {});
  void log(std::string text) { add(Channel::log, {}, 0, std::move(text)); }

  // Hides payloads while it lives. Nests.
  class Concealment {
   public:
    explicit Concealment(Timeline& timeline);
    Concealment(const Concealment&) = delete;
    Concealment& operator=(const Concealment&) = delete;
    ~Concealment();

   private:
    Timeline& timeline_;
  };
  [[nodiscard]] bool concealing() const;

  // In the order in which they were told, which is nearly that of their times.
  [[nodiscard]] std::vector<Record> records() const;
  [[nodiscard]] std::size_t dropped() const;
  void clear();

 private:
  void tell(const Happening& what);

  const Clock& clock_;
  std::size_t capacity_;
  mutable std::mutex mutex_;
  std::shared_ptr<Listener> listener_;
  int concealments_ = 0;
  std::vector<Record> first_;
  std::deque<Record> last_;
  std::size_t dropped_ = 0;
};

}  // namespace rigor
