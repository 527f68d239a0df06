#include "cli/control_client.hpp"

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace faasd::cli {
namespace {

// The control URL that a daemon of this folder, or of one above, left in its data folder.
std::string url_from_ports_file() {
    std::error_code ignored;
    auto folder = std::filesystem::current_path(ignored);
    while (!folder.empty()) {
        if (std::ifstream file(folder / ".faasd" / "ports.json"); file) {
            const std::string text{std::istreambuf_iterator<char>(file), {}};
            const auto ports = base::parse_json(text);
            if (ports.is_object() && ports.contains("control_url") && ports["control_url"].is_string())
                return ports["control_url"];
        }
        if (folder == folder.parent_path()) break;
        folder = folder.parent_path();
    }
    return {};
}

}  // namespace

ControlClient::ControlClient(const Program& program) {
    std::string url = program.url;
    if (url.empty()) {
        const char* from_environment = std::getenv("FAASD_URL");
        if (from_environment) url = from_environment;
    }
    if (url.empty()) url = url_from_ports_file();
    if (url.empty()) return;
    std::string_view rest = url;
    if (rest.starts_with("http://")) rest.remove_prefix(7);
    rest = rest.substr(0, rest.find('/'));
    const std::size_t colon = rest.rfind(':');
    if (colon != std::string_view::npos) {
        const std::string_view digits = rest.substr(colon + 1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port_);
        if (error != std::errc{} || end != digits.data() + digits.size())
            throw CommandError("'" + url + "' is not a URL of a control port, such as http://127.0.0.1:4566", kWrongUsage);
        rest = rest.substr(0, colon);
    }
    if (!rest.empty()) host_ = std::string(rest);
}

gateway::ClientResponse ControlClient::send(gateway::ClientRequest request) const {
    request.host = host_;
    request.port = port_;
    auto response = gateway::fetch(request);
    if (response.has_error())
        throw CommandError("no faasd answers at http://" + host_ + ':' + std::to_string(port_) + " (" +
                           response.error().message + ")\nStart one with 'faasd serve', or name it with --url.");
    if (response->status / 100 == 2) return std::move(*response);
    const auto error = base::parse_json(response->body);
    if (error.is_object() && error.contains("error") && error["error"].is_object()) {
        CommandError failed(error["error"].value("code", "Error") + ": " + error["error"].value("message", ""));
        if (error["error"].contains("detail")) failed.detail = base::to_text(error["error"]["detail"]);
        throw failed;
    }
    throw CommandError("the daemon answered " + std::to_string(response->status) + ' ' + response->body);
}

gateway::ClientResponse ControlClient::request(std::string method, const std::string& path, std::string body) const {
    gateway::ClientRequest request;
    request.method = std::move(method);
    request.target = "/_faasd/v1/" + path;
    request.body = std::move(body);
    return send(std::move(request));
}

ControlClient::Result ControlClient::operation(std::string_view name, nlohmann::json params, std::string_view body) const {
    if (!body.empty()) {
        if (base::is_valid_utf8(body)) {
            params["$body"] = body;
        } else {
            params["$body_base64"] = base::base64_encode(body);
        }
    }
    const auto response = request("POST", "operations/" + std::string(name),
                                  base::to_text(params));
    auto answer = base::parse_json(response.body);
    if (!answer.is_object()) throw CommandError("the daemon's answer is not JSON: " + response.body);
    Result result{answer.value("result", nlohmann::json()), answer.value("body", "")};
    if (const auto found = answer.find("body_base64"); found != answer.end())
        result.body = base::base64_decode(found->get<std::string>()).value_or("");
    return result;
}

}  // namespace faasd::cli
