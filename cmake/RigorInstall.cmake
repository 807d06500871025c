# `cmake --install` and find_package(rigor): the program, the libraries of every room, their headers, and the descriptions.
include(CMakePackageConfigHelpers)

get_property(rooms GLOBAL PROPERTY RIGOR_ROOMS)
install(TARGETS ${rooms} rigor_mbedcrypto EXPORT rigor-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/rigor)
install(TARGETS rigor RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(TARGET rigor-lab)
  install(TARGETS rigor-lab RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY framework fixtures reports DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/rigor FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY boards rigs suites DESTINATION ${CMAKE_INSTALL_DATADIR}/rigor)

set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/rigor)
install(EXPORT rigor-targets NAMESPACE rigor:: DESTINATION ${package_directory})
configure_package_config_file(cmake/rigor-config.cmake.in ${PROJECT_BINARY_DIR}/rigor-config.cmake
  INSTALL_DESTINATION ${package_directory})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/rigor-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/rigor-config.cmake ${PROJECT_BINARY_DIR}/rigor-config-version.cmake
  DESTINATION ${package_directory})
