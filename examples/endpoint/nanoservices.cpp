// A function a route: each small, deployed and limited alone.
#include "shop.hpp"

using shop::Context, shop::HttpRequest, shop::HttpResponse;

HttpResponse list_products(const HttpRequest& request, Context& context) { return shop::list_products(request, context); }
FAASD_FUNCTION(list_products)

HttpResponse get_product(const HttpRequest& request, Context& context) {
    return shop::get_product(request.path_parameter("id"), context);
}
FAASD_FUNCTION(get_product)

HttpResponse put_product(const HttpRequest& request, Context& context) {
    return shop::put_product(request.path_parameter("id"), request, context);
}
FAASD_FUNCTION(put_product)

HttpResponse list_categories(const HttpRequest&, Context& context) { return shop::list_categories(context); }
FAASD_FUNCTION(list_categories)

HttpResponse get_user(const HttpRequest& request, Context& context) {
    return shop::get_user(request.path_parameter("id"), context);
}
FAASD_FUNCTION(get_user)

HttpResponse create_user(const HttpRequest& request, Context& context) { return shop::create_user(request, context); }
FAASD_FUNCTION(create_user)

HttpResponse get_cart(const HttpRequest& request, Context& context) {
    return shop::get_cart(request.path_parameter("id"), context);
}
FAASD_FUNCTION(get_cart)

HttpResponse add_to_cart(const HttpRequest& request, Context& context) {
    return shop::add_to_cart(request.path_parameter("id"), request, context);
}
FAASD_FUNCTION(add_to_cart)
