// The page's own style and script (reports/page/), put into the program when it is built. Used inside reports only.
#pragma once

#include <string_view>

namespace rigor {

[[nodiscard]] std::string_view page_style();
[[nodiscard]] std::string_view page_script();

}  // namespace rigor
