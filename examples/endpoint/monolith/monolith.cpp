// One function for everything, with a router of its own: how an existing web application moves in unchanged.
#include "../shop.hpp"

using shop::Context, shop::HttpRequest, shop::HttpResponse;

namespace {

std::vector<std::string> segments_of(std::string_view path) {
    std::vector<std::string> segments;
    while (!path.empty()) {
        path.remove_prefix(1);
        segments.emplace_back(path.substr(0, path.find('/')));
        path.remove_prefix(segments.back().size());
    }
    return segments;
}

}  // namespace

HttpResponse monolith(const HttpRequest& request, Context& context) {
    const auto path = segments_of(request.path());
    const bool get = request.method() == "GET", post = request.method() == "POST", put = request.method() == "PUT";
    if (path.size() == 1 && path[0] == "products" && get) return shop::list_products(request, context);
    if (path.size() == 1 && path[0] == "categories" && get) return shop::list_categories(context);
    if (path.size() == 1 && path[0] == "users" && post) return shop::create_user(request, context);
    if (path.size() == 2 && path[0] == "products" && get) return shop::get_product(path[1], context);
    if (path.size() == 2 && path[0] == "products" && put) return shop::put_product(path[1], request, context);
    if (path.size() == 2 && path[0] == "users" && get) return shop::get_user(path[1], context);
    if (path.size() == 3 && path[0] == "users" && path[2] == "cart" && get) return shop::get_cart(path[1], context);
    if (path.size() == 3 && path[0] == "users" && path[2] == "cart" && post)
        return shop::add_to_cart(path[1], request, context);
    return HttpResponse::not_found();
}
FAASD_FUNCTION(monolith)
