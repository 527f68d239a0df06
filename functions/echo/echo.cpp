// Answers with what was asked: for tests of HTTP clients, proxies and of the gateway itself.
//
//   ?status=418          the answer's status
//   ?header=Name:value   a header of the answer; repeatable
#include <faasd/function.hpp>

namespace {

std::string base64(std::string_view bytes) {
    constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto at = [&](std::size_t k) {
            return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U;
        };
        const unsigned block = at(0) << 16 | at(1) << 8 | at(2);
        text += alphabet[block >> 18];
        text += alphabet[block >> 12 & 63];
        text += i + 1 < bytes.size() ? alphabet[block >> 6 & 63] : '=';
        text += i + 2 < bytes.size() ? alphabet[block & 63] : '=';
    }
    return text;
}

unsigned status_of(const std::string& text) {
    const int status = std::atoi(text.c_str());
    if (status < 200 || status > 599) throw faasd::Error("BadRequest", "?status= takes 200 to 599");
    return static_cast<unsigned>(status);
}

faasd::HttpResponse echo(const faasd::HttpRequest& request) {
    faasd::json headers = faasd::json::array();
    for (const auto& [name, value] : request.headers())
        headers.push_back({name, value});
    auto response = faasd::HttpResponse::json({{"method", request.method()},
                                               {"path", request.raw_path()},
                                               {"raw_query", request.raw_query()},
                                               {"headers", std::move(headers)},
                                               {"body_base64", base64(request.body())}});
    for (const auto& [name, value] : request.query_parameters()) {
        if (name == "status") response.status = status_of(value);
        if (const std::size_t colon = value.find(':'); name == "header" && colon != std::string::npos)
            response.header(value.substr(0, colon), value.substr(colon + 1));
    }
    return response;
}

}  // namespace

FAASD_FUNCTION(echo)
