# faasd_add_function(name SOURCES…): a function module, with the flags that make it load, unload and reload
# cleanly. Works inside this tree and, through find_package(faasd), outside of it.
#
# - hidden visibility and -fno-gnu-unique: an inline static of one module is never merged with another's, and
#   dlclose really unloads;
# - a version script that exports faasd_module_descriptor alone;
# - -z defs: a missing symbol is an error of the build, not of the first call.
set(FAASD_MODULE_VERSION_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/faasd_module.map)

function(faasd_add_function name)
  add_library(${name} MODULE ${ARGN})
  set_target_properties(${name} PROPERTIES PREFIX "" CXX_VISIBILITY_PRESET hidden
                                           VISIBILITY_INLINES_HIDDEN ON POSITION_INDEPENDENT_CODE ON)
  target_compile_features(${name} PRIVATE cxx_std_20)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${name} PRIVATE -fno-gnu-unique)
  endif()
  # A sanitizer's runtime is linked into the executable alone, so its symbols are undefined in a module.
  if(NOT FAASD_SANITIZE)
    target_link_options(${name} PRIVATE -Wl,-z,defs)
  endif()
  target_link_options(${name} PRIVATE -Wl,--version-script=${FAASD_MODULE_VERSION_SCRIPT})
  set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS ${FAASD_MODULE_VERSION_SCRIPT})
  if(TARGET faasd::sdk)
    target_link_libraries(${name} PRIVATE faasd::sdk)
  else()
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/include)
    target_link_libraries(${name} PRIVATE nlohmann_json::nlohmann_json)
  endif()
endfunction()
