#include "model/http.hpp"

#include "base/text.hpp"

namespace faasd::model {

std::optional<std::string_view> HttpRequest::header(std::string_view name) const {
    for (const HttpField& field : headers)
        if (base::iequals(field.name, name)) return field.value;
    return std::nullopt;
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
