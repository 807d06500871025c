// Whole packets over the mailbox, every word and every packet bounded in time.
#pragma once

#include <cstddef>
#include <string_view>

#include "framework/auth/mailbox.hpp"
#include "framework/auth/packet.hpp"
#include "framework/base/clock.hpp"
#include "framework/base/timeline.hpp"

namespace rigor {

class PacketLink {
 public:
  PacketLink(Mailbox& mailbox, Clock& clock, Timeline& timeline, Duration word_limit)
      : mailbox_(mailbox), clock_(clock), timeline_(timeline), word_limit_(word_limit) {}

  static constexpr std::size_t kNothingSecret = static_cast<std::size_t>(-1);

  // `what` names the request in errors. Words from index `first_secret` on stay out of the timeline.
  [[nodiscard]] Result<void> send(const RequestWords& words, std::string_view what,
                                  std::size_t first_secret = kNothingSecret);
  // `first_limit` is the time the chip may think before its first word.
  [[nodiscard]] Result<DaResponse> receive(std::string_view what, Duration first_limit);

 private:
  // A chip may be slow with each word; this bounds one that drips words for ever.
  static constexpr int kPacketLimitInWordLimits = 60;

  // Errors: da_timeout when the packet as a whole has taken too long.
  [[nodiscard]] Result<TimePoint> word_deadline(Duration limit, TimePoint packet_deadline) const;

  Mailbox& mailbox_;
  Clock& clock_;
  Timeline& timeline_;
  Duration word_limit_;
};

}  // namespace rigor
