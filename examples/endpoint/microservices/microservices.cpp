// A function for all routes of one kind of thing: the route key says which it is.
#include "../shop.hpp"

using shop::Context, shop::HttpRequest, shop::HttpResponse;

HttpResponse products(const HttpRequest& request, Context& context) {
    if (request.route_key() == "GET /products") return shop::list_products(request, context);
    if (request.route_key() == "GET /categories") return shop::list_categories(context);
    if (request.method() == "PUT") return shop::put_product(request.path_parameter("id"), request, context);
    return shop::get_product(request.path_parameter("id"), context);
}
FAASD_FUNCTION(products)

HttpResponse users(const HttpRequest& request, Context& context) {
    if (request.route_key() == "POST /users") return shop::create_user(request, context);
    return shop::get_user(request.path_parameter("id"), context);
}
FAASD_FUNCTION(users)

HttpResponse cart(const HttpRequest& request, Context& context) {
    if (request.method() == "POST") return shop::add_to_cart(request.path_parameter("id"), request, context);
    return shop::get_cart(request.path_parameter("id"), context);
}
FAASD_FUNCTION(cart)
