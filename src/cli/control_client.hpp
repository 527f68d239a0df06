// The command line's side of the control API.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/cli.hpp"
#include "gateway/http_client.hpp"

namespace faasd::cli {

// Finds the daemon: --url, else $FAASD_URL, else the ports file in .faasd/ here or in a folder above, else port 4566.
// Every method throws CommandError with what to do.
class ControlClient {
  public:
    explicit ControlClient(const Program& program);

    struct Result {
        nlohmann::json value;
        std::string body;
    };
    // A named operation; `body` are its bytes.
    Result operation(std::string_view name, nlohmann::json params, std::string_view body = {}) const;

    // A plain request below /_faasd/v1/. Throws on an answer that is not 2xx.
    gateway::ClientResponse request(std::string method, const std::string& path, std::string body = {}) const;
    gateway::ClientResponse send(gateway::ClientRequest request) const;

  private:
    std::string host_ = "127.0.0.1";
    std::uint16_t port_ = 4566;
};

}  // namespace faasd::cli
