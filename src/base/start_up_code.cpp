#include "base/start_up_code.hpp"

#include <sys/mman.h>

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace faasd::base {
namespace {

bool is_traced() {
    std::ifstream status("/proc/self/status");
    std::string line;
    while (std::getline(status, line))
        if (line.starts_with("TracerPid:")) return line.find_first_of("123456789") != std::string::npos;
    return true;
}

struct Range {
    std::uintptr_t begin = 0, end = 0;
};

// Executable, not writable, private, and of a file: there is nothing in it that the file has not.
std::vector<Range> code_ranges() {
    std::vector<Range> ranges;
    std::ifstream maps("/proc/self/maps");
    std::string line;
    while (std::getline(maps, line)) {
        Range range;
        char access[8] = {};
        if (std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR " %7s", &range.begin, &range.end, access) != 3) continue;
        if (std::string(access) == "r-xp" && line.find('/') != std::string::npos) ranges.push_back(range);
    }
    return ranges;
}

}  // namespace

void release_start_up_code() {
    if (is_traced()) return;
    for (const Range& range : code_ranges())
        ::madvise(reinterpret_cast<void*>(range.begin), range.end - range.begin, MADV_DONTNEED);
}

}  // namespace faasd::base
