// Arguments as one writes them on a command line or in C++: KEY=VALUE, KEY=A,B for a list, KEY.SUB=VALUE for an entry
// of a map; the bare name of a flag switches it on; any other bare VALUE is the verb's primary parameter.
#pragma once

#include <string>
#include <vector>

#include "framework/base/result.hpp"
#include "framework/suite/arguments.hpp"
#include "framework/suite/verb.hpp"

namespace rigor {

// Errors: usage. What the values mean is checked by bind_arguments().
[[nodiscard]] Result<RawArguments> parse_argument_texts(const std::vector<std::string>& texts,
                                                        const VerbDescription& verb);

}  // namespace rigor
