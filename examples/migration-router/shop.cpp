// What has moved out of the monolith so far: a function for each path.
#include <faasd/function.hpp>

namespace {

faasd::HttpResponse answer(faasd::json body) {
    body["from"] = "new";
    return faasd::HttpResponse::json(body);
}

std::string id_of(const faasd::HttpRequest& request) { return std::string(request.path_parameter("id")); }

}  // namespace

faasd::HttpResponse orders(const faasd::HttpRequest& request, faasd::Context&) {
    return answer({{"order", id_of(request)}, {"state", "shipped"}});
}
FAASD_FUNCTION(orders)

faasd::HttpResponse products(const faasd::HttpRequest& request, faasd::Context&) {
    return answer({{"product", id_of(request)}});
}
FAASD_FUNCTION(products)

faasd::HttpResponse checkout(const faasd::HttpRequest&, faasd::Context&) { return answer({{"steps", 2}}); }
FAASD_FUNCTION(checkout)

faasd::HttpResponse prices(const faasd::HttpRequest& request, faasd::Context&) {
    return answer({{"product", id_of(request)}, {"price", 1999 / 100.0}, {"currency", "EUR"}});
}
FAASD_FUNCTION(prices)
