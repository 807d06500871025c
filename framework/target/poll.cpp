#include "framework/target/poll.hpp"

namespace rigor {

bool may_pass(const Error& error) { return blame_of(error.code()) == Blame::board; }

}  // namespace rigor
