# One static library per room, so that the floors are enforced by the linker as well as by ci/check-floors.
#
#   rigor_room(probe SOURCES st_link.cpp ... DEPENDS base usb)
function(rigor_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  add_library(rigor_${name} STATIC ${ROOM_SOURCES})
  add_library(rigor::${name} ALIAS rigor_${name})
  set_target_properties(rigor_${name} PROPERTIES EXPORT_NAME ${name})
  target_include_directories(rigor_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/rigor>)
  foreach(room IN LISTS ROOM_DEPENDS)
    target_link_libraries(rigor_${name} PUBLIC rigor_${room})
  endforeach()
  target_link_libraries(rigor_${name} PRIVATE ${ROOM_LIBRARIES} fmt::fmt)
  rigor_flags(rigor_${name})
  target_precompile_headers(rigor_${name} REUSE_FROM rigor_precompiled)
  set_property(GLOBAL APPEND PROPERTY RIGOR_ROOMS rigor_${name})
endfunction()

# One test program per room or theme; every test of it is known to CTest under the given label.
#
#   rigor_test(unit probe SOURCES st_link_test.cpp LINK rigor_probe)
function(rigor_test label name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LINK" ${ARGN})
  set(target ${label}_${name}_test)
  add_executable(${target} ${TEST_SOURCES})
  target_link_libraries(${target} PRIVATE ${TEST_LINK} GTest::gmock GTest::gtest_main fmt::fmt)
  target_compile_definitions(${target} PRIVATE RIGOR_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  rigor_flags(${target})
  target_precompile_headers(${target} REUSE_FROM rigor_precompiled_tests)
  add_test(NAME ${label}.${name} COMMAND ${target} --gtest_brief=1)
  set_tests_properties(${label}.${name} PROPERTIES LABELS ${label} TIMEOUT 300)
endfunction()

function(rigor_flags target)
  target_compile_features(${target} PUBLIC cxx_std_23)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
    -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual -Woverloaded-virtual)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # With optimisation, g++ 12 sees overlaps and overruns in std::string that are not there (GCC bugs 105329, 105651).
    target_compile_options(${target} PRIVATE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow
      -Wno-stringop-overread)
  endif()
  if(RIGOR_WARNINGS_ARE_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# Headers that nearly every file includes, parsed once for the rooms and once for the tests.
function(rigor_precompiled name header)
  add_library(${name} OBJECT ${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE fmt::fmt ${ARGN})
  target_precompile_headers(${name} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/${header})
  rigor_flags(${name})
endfunction()
