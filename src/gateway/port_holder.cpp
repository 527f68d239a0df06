#include "gateway/port_holder.hpp"

#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

namespace faasd::gateway {
namespace {

namespace fs = std::filesystem;

// The inodes of sockets that listen on the port.
void find_inodes(const char* table, std::uint16_t port, std::set<std::string>& inodes) {
    std::ifstream file(table);
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::string slot, local, remote, state, skip, inode;
        words >> slot >> local >> remote >> state >> skip >> skip >> skip >> skip >> skip >> inode;
        const auto colon = local.rfind(':');
        if (!words || state != "0A" || colon == std::string::npos) continue;
        if (std::stoul(local.substr(colon + 1), nullptr, 16) == port) inodes.insert("socket:[" + inode + "]");
    }
}

bool holds_one_of(const fs::path& process, const std::set<std::string>& inodes) {
    std::error_code error;
    for (fs::directory_iterator it(process / "fd", error), end; !error && it != end; it.increment(error)) {
        std::error_code unreadable;
        if (inodes.contains(fs::read_symlink(it->path(), unreadable).string())) return true;
    }
    return false;
}

}  // namespace

std::optional<std::string> find_port_holder(std::uint16_t port) {
    std::set<std::string> inodes;
    find_inodes("/proc/net/tcp", port, inodes);
    find_inodes("/proc/net/tcp6", port, inodes);
    if (inodes.empty()) return std::nullopt;
    std::error_code error;
    for (fs::directory_iterator it("/proc", error), end; !error && it != end; it.increment(error)) {
        const std::string pid = it->path().filename().string();
        if (!std::isdigit(static_cast<unsigned char>(pid.front())) || !holds_one_of(it->path(), inodes)) continue;
        std::string name;
        std::ifstream comm(it->path() / "comm");
        std::getline(comm, name);
        return "pid " + pid + " (" + name + ")";
    }
    return std::nullopt;
}

}  // namespace faasd::gateway
