// The small text files of a build: what a compiler says that it read, and what the cache remembers of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace faasd::runtime {

// The files that a compiler's dependency file names, without its target: "target: a b\ c \<newline> d" -> a,
// "b c", d. Empty where there is no such file.
[[nodiscard]] std::vector<std::filesystem::path> parse_depfile(const std::filesystem::path& file);

// Empty where there is no such file.
[[nodiscard]] std::vector<std::string> read_lines(const std::filesystem::path& file);
// Written under another name first: a reader never sees half of it. Failures are ignored: it is a cache.
void write_lines(const std::filesystem::path& file, const std::vector<std::string>& lines);

}  // namespace faasd::runtime
