#include "model/http.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace faasd::model {

std::optional<std::string_view> HttpRequest::header(std::string_view name) const {
    for (const HttpField& field : headers)
        if (base::iequals(field.name, name)) return field.value;
    return std::nullopt;
}

std::vector<std::string_view> HttpRequest::cookies() const {
    std::vector<std::string_view> all;
    for (const HttpField& field : headers) {
        if (!base::iequals(field.name, "cookie")) continue;
        for (std::string_view rest = field.value; !rest.empty();) {
            std::string_view cookie = rest.substr(0, rest.find(';'));
            rest.remove_prefix(std::min(cookie.size() + 1, rest.size()));
            while (cookie.starts_with(' '))
                cookie.remove_prefix(1);
            if (!cookie.empty()) all.push_back(cookie);
        }
    }
    return all;
}

std::vector<std::string_view> HttpRequest::cookie_values(std::string_view name) const {
    std::vector<std::string_view> values;
    for (std::string_view cookie : cookies()) {
        while (cookie.starts_with(' ') || cookie.starts_with('\t'))
            cookie.remove_prefix(1);
        while (cookie.ends_with(' ') || cookie.ends_with('\t'))
            cookie.remove_suffix(1);
        const std::size_t equals = cookie.find('=');
        if (equals != std::string_view::npos && cookie.substr(0, equals) == name)
            values.push_back(cookie.substr(equals + 1));
    }
    return values;
}

HttpResponse HttpResponse::text(unsigned status, std::string body) {
    HttpResponse response;
    response.status = status;
    response.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
    response.body = std::move(body);
    return response;
}

HttpResponse HttpResponse::json(unsigned status, std::string body) {
    HttpResponse response;
    response.status = status;
    response.headers.emplace_back("Content-Type", "application/json");
    response.body = std::move(body);
    return response;
}

}  // namespace faasd::model
