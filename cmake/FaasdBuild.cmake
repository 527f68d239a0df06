# Compiler settings that every target of this tree shares, and the two helpers that declare one.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(FAASD_CCACHE ccache)
if(FAASD_CCACHE)
  # A cached object of a source with a precompiled header: allowed since neither defines of ours nor times are in one.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${FAASD_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${FAASD_CCACHE})
endif()
find_program(FAASD_MOLD mold)
if(FAASD_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(FAASD_SANITIZE "" CACHE STRING "Sanitizers, comma separated: address,undefined or thread")
if(FAASD_SANITIZE)
  add_compile_options(-fsanitize=${FAASD_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${FAASD_SANITIZE})
endif()
option(FAASD_FUZZ "Build the fuzz targets (needs clang)" OFF)
if(FAASD_FUZZ)
  # What tells libFuzzer where an input has been. Without it in every source, mutations are blind.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

add_library(faasd_warnings INTERFACE)
target_compile_options(faasd_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror)
# GCC 12 reports these two inside the standard library and Boost when it inlines (GCC bugs 105562, 105329).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(faasd_warnings INTERFACE -Wno-maybe-uninitialized -Wno-restrict)
  # The compiler's own garbage collection begins at 256 MB: a twentieth of a clean build less.
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:--param=ggc-min-heapsize=262144>)
  if(FAASD_SANITIZE MATCHES "thread")
    target_compile_options(faasd_warnings INTERFACE -Wno-tsan)
  endif()
endif()

# Several sources a compiler run. A clean build costs a third, since most of its time goes into the headers and
# templates that all of them share; an edit of one file costs more, so the dev preset does without. Sources of one
# folder that give the same name to different things of their own say SKIP_UNITY_BUILD_INCLUSION beside the target.
option(FAASD_UNITY "Compile the sources of a folder together" OFF)
function(faasd_unity name batch)
  if(FAASD_UNITY)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${batch})
    # A type in an anonymous namespace is taken for one of a header where its source is included.
    target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
endfunction()

# faasd_precompile(name header): the first target that names a header compiles it, the others take what it made. A clean build
# parses the headers of the standard library and of nlohmann::json in every compiler run otherwise.
function(faasd_precompile name header)
  get_property(owner GLOBAL PROPERTY "FAASD_PRECOMPILED_${header}")
  if(owner)
    target_precompile_headers(${name} REUSE_FROM ${owner})
  else()
    target_precompile_headers(${name} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${PROJECT_SOURCE_DIR}/${header}>")
    # The same bytes from the same headers, else ccache knows nothing anew after each configuration.
    target_compile_options(${name} PRIVATE "$<$<COMPILE_LANG_AND_ID:CXX,Clang>:SHELL:-Xclang -fno-pch-timestamp>")
    set_property(GLOBAL PROPERTY "FAASD_PRECOMPILED_${header}" ${name})
  endif()
  # ccache asks for it.
  target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endfunction()

# faasd_library(NAME folder DEPS…): a static library of every .cpp below src/<folder> but a main.cpp.
function(faasd_library name folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  if(sources)
    add_library(${name} STATIC ${sources})
    target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
    target_link_libraries(${name} PUBLIC ${ARGN} PRIVATE faasd_warnings)
    faasd_unity(${name} 24)
    faasd_precompile(${name} src/precompiled.hpp)
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
    target_link_libraries(${name} INTERFACE ${ARGN})
  endif()
endfunction()

# faasd_test(folder DEPS…): one executable and one CTest entry of every *_test.cpp below tests/<folder>.
function(faasd_test folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${folder}/*.cpp)
  if(NOT sources)
    return()
  endif()
  string(REPLACE "/" "_" name "test_${folder}")
  add_executable(${name} ${sources})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${ARGN} GTest::gmock_main faasd_warnings)
  if(NOT folder STREQUAL "architecture")  # it knows no library of ours
    faasd_precompile(${name} tests/precompiled.hpp)
  endif()
  faasd_unity(${name} 8)  # tests like to call their fixtures alike
  target_compile_definitions(${name} PRIVATE FAASD_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                             FAASD_BINARY_DIR="${PROJECT_BINARY_DIR}")
  add_test(NAME ${folder} COMMAND ${name} --gtest_brief=1)
  set_tests_properties(${folder} PROPERTIES TIMEOUT 900)
endfunction()
