// Runs a fuzz target without libFuzzer: over every seed, then over mutations of them, for at most ten seconds. The
// generator is seeded with a constant, so a failure repeats.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::string& input) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::string mutate(std::string input, const std::vector<std::string>& seeds, std::mt19937& random) {
    const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n ? n - 1 : 0)(random); };
    for (std::size_t left = 1 + below(6); left > 0; --left) {
        const std::size_t at = below(input.size());
        switch (below(6)) {
            case 0:
                if (!input.empty()) input[at] = static_cast<char>(below(256));
                break;
            case 1: input.insert(at, 1, static_cast<char>(below(256))); break;
            case 2: input.erase(at, 1 + below(8)); break;
            case 3: input.resize(at); break;
            case 4: input.insert(at, input.substr(at, 1 + below(64))); break;
            default: {
                const std::string& other = seeds[below(seeds.size())];
                const std::size_t from = below(other.size());
                input.insert(at, other.substr(from, 1 + below(32)));
            }
        }
    }
    return input;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> seeds;
    if (argc > 1) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[1])) {
            if (!entry.is_regular_file()) continue;
            std::ifstream file(entry.path(), std::ios::binary);
            seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
        }
    }
    if (seeds.empty()) {
        std::cerr << "usage: " << argv[0] << " FOLDER-OF-SEEDS\n";
        return 2;
    }
    for (const std::string& seed : seeds)
        run(seed);
    std::mt19937 random(20261124);
    constexpr int kMutations = 50'000;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    int done = 0;
    while (done < kMutations && std::chrono::steady_clock::now() < end) {
        run(mutate(seeds[static_cast<std::size_t>(done) % seeds.size()], seeds, random));
        ++done;
    }
    std::cout << seeds.size() << " seeds and " << done << " mutations of them\n";
    return 0;
}
