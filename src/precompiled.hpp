// What most sources include, compiled once for all of them (cmake/FaasdBuild.cmake). Only what an edit of this tree never
// changes: a header of our own here would build everything anew with each of its edits. A source still includes what it
// uses; it must build without this file, too.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#if FMT_VERSION >= 90000 && FMT_VERSION < 100000
// fmt 9 makes its whole formatter anew in each source that logs a line; base/log.cpp has it for all of them.
extern template void fmt::detail::vformat_to<char>(fmt::detail::buffer<char>&, fmt::string_view,
                                                   fmt::basic_format_args<fmt::buffer_context<char>>, fmt::detail::locale_ref);
#endif
