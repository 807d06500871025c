// C libraries' handles as unique_ptr: one deleter for all of them.
//
//   using ChipHandle = CHandle<gpiod_chip, gpiod_chip_close>;
#pragma once

#include <memory>

namespace rigor {

template <auto Release>
struct ReleaseWith {
  template <typename T>
  void operator()(T* handle) const {
    static_cast<void>(Release(handle));
  }
};

template <typename T, auto Release>
using CHandle = std::unique_ptr<T, ReleaseWith<Release>>;

}  // namespace rigor
