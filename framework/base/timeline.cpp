#include "framework/base/timeline.hpp"

#include <utility>

namespace rigor {

std::string_view channel_name(Channel channel) {
  switch (channel) {
    case Channel::usb:
      return "usb";
    case Channel::line:
      return "line";
    case Channel::sense:
      return "sense";
    case Channel::mailbox:
      return "mailbox";
    case Channel::log:
      return "log";
    case Channel::step:
      return "step";
    case Channel::console:
      return "console";
  }
  std::unreachable();
}

Timeline::Timeline(const Clock& clock, std::size_t capacity) : clock_(clock), capacity_(capacity) {}

void Timeline::listen(std::shared_ptr<Listener> listener) {
  const std::lock_guard lock(mutex_);
  listener_ = std::move(listener);
}

void Timeline::tell(const Happening& what) {
  std::shared_ptr<Listener> listener;
  {
    const std::lock_guard lock(mutex_);
    listener = listener_;
  }
  if (listener) listener->happened(what);
}

void Timeline::add(Channel channel, std::string name, std::uint32_t value, std::string text) {
  add_at(clock_.now(), channel, std::move(name), value, std::move(text));
}

void Timeline::add_at(TimePoint at, Channel channel, std::string name, std::uint32_t value, std::string text) {
  // Commands were told when they began; mailbox words are nobody's anchor and may be secret.
  if (channel != Channel::usb && channel != Channel::mailbox) tell({at, channel, name, value, text});
  const std::lock_guard lock(mutex_);
  const bool concealed = concealments_ > 0 && (channel == Channel::usb || channel == Channel::mailbox);
  Record record{
      at, channel, std::move(name), concealed ? 0 : value, concealed, concealed ? std::string() : std::move(text)};
  if (first_.size() < capacity_ / 2) {
    first_.push_back(std::move(record));
    return;
  }
  last_.push_back(std::move(record));
  if (last_.size() > capacity_ - capacity_ / 2) {
    last_.pop_front();
    ++dropped_;
  }
}

Timeline::Concealment::Concealment(Timeline& timeline) : timeline_(timeline) {
  const std::lock_guard lock(timeline_.mutex_);
  ++timeline_.concealments_;
}

Timeline::Concealment::~Concealment() {
  const std::lock_guard lock(timeline_.mutex_);
  --timeline_.concealments_;
}

bool Timeline::concealing() const {
  const std::lock_guard lock(mutex_);
  return concealments_ > 0;
}

std::vector<Record> Timeline::records() const {
  const std::lock_guard lock(mutex_);
  std::vector<Record> all = first_;
  all.insert(all.end(), last_.begin(), last_.end());
  return all;
}

std::size_t Timeline::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void Timeline::clear() {
  const std::lock_guard lock(mutex_);
  first_.clear();
  last_.clear();
  dropped_ = 0;
}

}  // namespace rigor
