# cmake --install: the daemon, the function SDK, and a package for find_package(faasd) in projects outside this tree.
include(CMakePackageConfigHelpers)

add_library(faasd_sdk INTERFACE)
target_include_directories(faasd_sdk INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
set_target_properties(faasd_sdk PROPERTIES EXPORT_NAME sdk)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/faasd)
install(TARGETS faasd RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY include/faasd DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS faasd_sdk EXPORT faasdTargets)
install(EXPORT faasdTargets NAMESPACE faasd:: DESTINATION ${package_dir})
install(FILES cmake/FaasdFunction.cmake cmake/faasd_module.map DESTINATION ${package_dir})
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/faasd USE_SOURCE_PERMISSIONS
        PATTERN .faasd EXCLUDE PATTERN .gitkeep EXCLUDE)
install(FILES docs/faasd.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/faasd)
configure_package_config_file(cmake/faasdConfig.cmake.in ${PROJECT_BINARY_DIR}/faasdConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/faasdConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/faasdConfig.cmake ${PROJECT_BINARY_DIR}/faasdConfigVersion.cmake
        DESTINATION ${package_dir})
