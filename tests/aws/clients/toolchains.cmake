# FAASD_CLIENT_TOOLCHAINS: which of js (node 20 with npm) and go (Go 1.24, or one that fetches it) there are.
set(FAASD_CLIENT_TOOLCHAINS)
find_program(FAASD_NODE node)
find_program(FAASD_NPM npm)
if(FAASD_NODE AND FAASD_NPM)
  execute_process(COMMAND ${FAASD_NODE} --version OUTPUT_VARIABLE version ERROR_QUIET)
  if(version MATCHES "^v([0-9]+)" AND CMAKE_MATCH_1 GREATER_EQUAL 20)
    list(APPEND FAASD_CLIENT_TOOLCHAINS js)
  endif()
endif()
find_program(FAASD_GO go)
if(FAASD_GO)
  # Since Go 1.21 the tool fetches the version that a module asks for, unless it is told to stay what it is.
  execute_process(COMMAND ${FAASD_GO} env GOVERSION GOTOOLCHAIN WORKING_DIRECTORY ${PROJECT_BINARY_DIR}
                  OUTPUT_VARIABLE version ERROR_QUIET)
  if(version MATCHES "^go([0-9.]+)[^\n]*\n([a-z0-9.+]*)"
     AND (CMAKE_MATCH_1 VERSION_GREATER_EQUAL 1.24
          OR (CMAKE_MATCH_1 VERSION_GREATER_EQUAL 1.21 AND NOT CMAKE_MATCH_2 STREQUAL "local")))
    list(APPEND FAASD_CLIENT_TOOLCHAINS go)
  endif()
endif()
foreach(client js go)
  if(NOT client IN_LIST FAASD_CLIENT_TOOLCHAINS)
    message(STATUS "AWS's SDK for ${client} is not tested: node 20 with npm, or Go 1.24, is missing")
  endif()
endforeach()
