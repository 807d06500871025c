// Provisioning by somebody else's program, for a bench that says so (`provisioning-tool:`): where rigor's own call of
// the chip's service goes through facts that nobody has confirmed for a part, ST's programmer with -sdp does not.
#pragma once

#include "framework/auth/da_record.hpp"
#include "framework/base/result.hpp"

namespace rigor {

class Step;

// Gives the record to the bench's tool as a file for this user only, lends it the probe, and attaches again. What the
// tool printed is evidence; that the chip has the record is what `discover` tells.
// Errors: provisioning_refused when the tool ends with another status than 0; name_unknown when there is none of that
// name; time_limit, probe_lost.
[[nodiscard]] Result<void> provision_with_tool(Step& step, const Obk& record);

}  // namespace rigor
