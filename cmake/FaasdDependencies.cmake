# Every third-party library, by its Debian package (docs/architecture.md has the reason for each).
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)          # libboost1.81-dev: Asio, Beast, URL, System (header-only here)
find_package(nlohmann_json REQUIRED)       # nlohmann-json3-dev
find_package(spdlog REQUIRED)              # libspdlog-dev
find_package(yaml-cpp REQUIRED)            # libyaml-cpp-dev
find_package(SQLite3 REQUIRED)             # libsqlite3-dev
find_package(CLI11 REQUIRED)               # libcli11-dev
find_package(OpenSSL REQUIRED)             # libssl-dev
find_package(pugixml REQUIRED)             # libpugixml-dev
if(FAASD_TESTS OR NOT DEFINED FAASD_TESTS)
  find_package(GTest REQUIRED)             # libgtest-dev, libgmock-dev
endif()

# A daemon that starts in milliseconds has no time for the dynamic linker: with these four inside, exec to first answer takes
# 4 ms less. Only the release build, which one links seldom; and only archives that are there.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  foreach(pair SQLite::SQLite3=sqlite3 yaml-cpp=yaml-cpp pugixml::shared=pugixml OpenSSL::Crypto=crypto)
    string(REPLACE "=" ";" pair ${pair})
    list(GET pair 0 target)
    list(GET pair 1 name)
    get_target_property(shared ${target} LOCATION)  # the archive beside it, of the same version
    get_filename_component(folder "${shared}" DIRECTORY)
    find_library(FAASD_ARCHIVE_${name} lib${name}.a PATHS "${folder}" NO_DEFAULT_PATH)
    if(FAASD_ARCHIVE_${name})
      set_target_properties(${target} PROPERTIES IMPORTED_LOCATION_RELEASE ${FAASD_ARCHIVE_${name}})
    endif()
  endforeach()
  if(FAASD_ARCHIVE_crypto)
    set(FAASD_OWN_CRYPTO ON)
  endif()
endif()

# Asio and Beast are compiled once (base/asio_impl.cpp, gateway/beast_impl.cpp): a file that includes them
# then costs a third less to build.
add_library(faasd_asio INTERFACE)
target_link_libraries(faasd_asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(faasd_asio INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ALL_NO_LIB)
