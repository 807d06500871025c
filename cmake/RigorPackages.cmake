# Everything that is not ours. Debian 12 and Ubuntu 24.04 package all of it; ci/setup installs it.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)  # encrypted private keys
find_package(pugixml REQUIRED)
find_package(ZLIB REQUIRED)  # checksums
find_package(GTest REQUIRED)  # suites are registered as GoogleTest tests, so the library itself needs it
pkg_check_modules(LIBELF REQUIRED IMPORTED_TARGET libelf)
pkg_check_modules(LIBUSB REQUIRED IMPORTED_TARGET libusb-1.0)
pkg_check_modules(LIBGPIOD REQUIRED IMPORTED_TARGET libgpiod)
pkg_check_modules(HIDAPI REQUIRED IMPORTED_TARGET hidapi-hidraw)
find_library(MBEDCRYPTO_LIBRARY mbedcrypto REQUIRED)
find_path(MBEDTLS_INCLUDE_DIR psa/crypto.h REQUIRED)

add_library(rigor_mbedcrypto INTERFACE)
target_link_libraries(rigor_mbedcrypto INTERFACE ${MBEDCRYPTO_LIBRARY})
target_include_directories(rigor_mbedcrypto SYSTEM INTERFACE ${MBEDTLS_INCLUDE_DIR})

# libgpiod 2 kept the header's name and changed everything in it: one source file for each.
if(LIBGPIOD_VERSION VERSION_LESS 2)
  set(RIGOR_GPIOD_BACKEND gpiod_v1.cpp)
else()
  set(RIGOR_GPIOD_BACKEND gpiod_v2.cpp)
endif()

if(NOT TARGET yaml-cpp::yaml-cpp)  # yaml-cpp before 0.8 exports the bare name
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
